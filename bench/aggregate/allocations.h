// Counts the program's allocations.
#pragma once

#include <cstdint>

namespace cairn::bench {

// Since the start, of all threads.
std::uint64_t allocations();

}  // namespace cairn::bench
