// How many index entries are read ahead of the documents they lead to.
#pragma once

#include <cstddef>

namespace cairn::exec {

inline constexpr std::size_t kMostAhead = 32;  // one MultiGet of RocksDB's
// Documents read ahead are pinned in memory: fewer of large ones.
inline constexpr std::size_t kBytesAhead = 1 << 20;

}  // namespace cairn::exec
