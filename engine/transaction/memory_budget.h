// MemoryBudget: what several objects may hold in memory together.
#pragma once

#include <atomic>
#include <cstdint>

namespace cairn {

struct MemoryBudget {
  std::uint64_t limit = 0;
  std::atomic<std::uint64_t> used{0};
};

}  // namespace cairn
