// Bytes as RocksDB takes them.
#pragma once

#include <string_view>

#include <rocksdb/slice.h>

namespace cairn {

inline rocksdb::Slice slice_of(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

}  // namespace cairn
