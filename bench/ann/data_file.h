// Vectors from files: `.fvecs` (each row its number of dimensions, int32, and its floats) and
// NumPy's
// `.npy` (version 1 to 3, float32, two dimensions, rows together).
#pragma once

#include "bench/ann/mixture.h"

#include <cairn/status.h>

#include <filesystem>

namespace cairn::ann {

// The rows of the file, of length 1 each; the last `queries` of them become the queries.
Result<DataSet> read_data(const std::filesystem::path& path, std::uint32_t queries,
                          std::uint32_t most_rows);

}  // namespace cairn::ann
