// How large one value may grow on its way through a query. What makes values out of values can
// double them with every step, and lengths are of 32 bits: beyond this, building one ends the
// command as a string beyond `max_size` would, with std::length_error, which the public API
// answers (engine/api/operate.h).
#pragma once

#include <cstddef>
#include <stdexcept>

namespace cairn {

inline constexpr std::size_t kMaxBuiltBytes = 128UL * 1024 * 1024;

inline void check_built_size(std::size_t bytes) {
  if (bytes > kMaxBuiltBytes) [[unlikely]] {
    throw std::length_error("a value made by a query used too much memory");
  }
}

}  // namespace cairn
