// Building a segment of rows. Thread-safety: a build has its own threads and shares nothing.
#pragma once

#include "index/vector/graph.h"
#include "index/vector/segment.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <vector>

namespace cairn::vector {

// MongoDB's `quantization`: none compares rows of full precision, scalar a byte per dimension,
// binary a bit. int8 and bit vectors are what they are.
enum class Quantization : std::uint8_t { kNone, kScalar, kBinary };
// MongoDB's `indexingMethod`.
enum class Method : std::uint8_t { kHnsw, kFlat };

struct SegmentOptions {
  Space space;
  Quantization quantization = Quantization::kScalar;
  Method method = Method::kHnsw;
  GraphOptions graph;
  // Codes that lose more than this share of the recall are not used: binary becomes scalar, and
  // that becomes none. Checked by searches for some of the rows, against exact ones.
  double most_loss = 0.01;
};

inline constexpr std::uint32_t kNotOfBase = std::numeric_limits<std::uint32_t>::max();

struct SourceRow {
  std::uint64_t id = 0;
  std::uint64_t sequence = 0;       // when it came
  std::uint64_t died = 0;           // when it went, or 0
  const std::byte* row = nullptr;   // as `prepare` made it
  std::uint32_t base = kNotOfBase;  // its row in the base
};

struct BuildReport {
  CodeKind codes = CodeKind::kRows;
  bool graph_by_rows = false;   // a byte per dimension was too rough even to find links by
  double recall = 1.0;          // of the sample, 100 candidates, 10 results
  double recall_by_rows = 1.0;  // the same graph searched by full precision
  std::uint32_t sampled = 0;
  std::uint32_t inserted = 0;  // nodes that the graph was not begun with
  double graph_seconds = 0;
};

// Writes the rows as a segment to `path`, whole or not at all. The order of `rows` is free; ids may
// come more than once with different sequences. An error for no rows and for 2^31 or more.
// `base`: a segment of the same space and with as many edges, all of whose rows are among `rows`;
// its graph is taken over, and the other rows are put into it. nullptr: none. `release`: called now
// and then while all rows are passed over, for memory that is of their files; may be empty.
Result<BuildReport> build_segment(const std::filesystem::path& path, const SegmentOptions& options,
                                  std::vector<SourceRow> rows, const Segment* base = nullptr,
                                  const std::function<void()>& release = {});

}  // namespace cairn::vector
