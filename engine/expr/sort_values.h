// Sorting many values in steps that an interrupt is seen between.
#pragma once

#include "engine/expr/evaluation.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace cairn::expr {

// What is equal keeps its order. A merge sort from the bottom up (Knuth, TAOCP 3, 5.2.4). On error
// the order is any.
template <typename Before>
Status sort_values(std::vector<ValueView>& values, const Before& before, Evaluation& evaluation) {
  constexpr std::size_t kRun = 4096;
  const std::size_t count = values.size();
  const auto at = [count](std::vector<ValueView>& of, std::size_t i) {
    return of.begin() + static_cast<std::ptrdiff_t>(std::min(i, count));
  };
  for (std::size_t i = 0; i < count; i += kRun) {
    CAIRN_RETURN_IF_ERROR(evaluation.step(std::min(count - i, kRun)));
    std::stable_sort(at(values, i), at(values, i + kRun), before);
  }
  if (count <= kRun) return Status();
  std::vector<ValueView> merged(count);
  for (std::size_t run = kRun; run < count; run *= 2) {
    for (std::size_t i = 0; i < count; i += 2 * run) {
      auto a = at(values, i);
      auto b = at(values, i + run);
      const auto a_end = b;
      const auto b_end = at(values, i + 2 * run);
      for (auto out = at(merged, i); a != a_end || b != b_end; ++out) {
        CAIRN_RETURN_IF_ERROR(evaluation.step());
        const bool second = a == a_end || (b != b_end && before(*b, *a));
        *out = second ? *b++ : *a++;
      }
    }
    values.swap(merged);
  }
  return Status();
}

}  // namespace cairn::expr
