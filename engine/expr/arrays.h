// What array operators share.
#pragma once

#include "engine/expr/evaluation.h"

#include <cairn/bson.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace cairn::expr {

// The number as an int32, where it is an integer in that range (1, 1.0, …).
inline std::optional<std::int32_t> exact_int32(ValueView value) {
  if (!value.is_number()) return std::nullopt;
  const auto number = value.to_int64_exact();
  if (!number || *number < INT32_MIN || *number > INT32_MAX) return std::nullopt;
  return static_cast<std::int32_t>(*number);
}

// The element at a position, or missing. REQUIRES: index >= 0.
inline ValueView element_at(DocumentView array, std::int64_t index) {
  for (const Element& element : array) {
    if (index-- == 0) return element.value;
  }
  return {};
}

// An array's elements side by side, for what goes through them in another order than theirs. It
// takes its memory from the thread's last one.
class ElementViews {
 public:
  explicit ElementViews(DocumentView array);
  ~ElementViews();
  ElementViews(const ElementViews&) = delete;
  ElementViews& operator=(const ElementViews&) = delete;

  std::vector<ValueView>& views() { return views_; }

 private:
  std::vector<ValueView> views_;
};

// An array of the values, in the arena.
ValueView build_array(std::span<const ValueView> values, Evaluation& evaluation);

}  // namespace cairn::expr
