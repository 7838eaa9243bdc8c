// What $bitAnd, $bitOr and $bitXor share.
#pragma once

#include "engine/expr/numeric.h"

#include <fmt/format.h>

namespace cairn::expr {

// `values` combined one after the other, from `start` on: an int32, or an int64 where one is.
template <typename Combine>
Result<ValueView> combine_bits(std::string_view name, Values values, std::int64_t start,
                               Combine combine, Evaluation& evaluation) {
  std::int64_t bits = start;
  bool wide = false;
  for (const ValueView value : values) {
    if (!value.has_value()) return Evaluation::null();
    if (!is_whole(value)) {
      return Status(ErrorCode::kTypeMismatch,
                    fmt::format("{} only supports int and long operands.", name));
    }
    wide = wide || value.type() == BsonType::kInt64;
    bits = combine(bits, whole_number(value));
  }
  if (wide) return evaluation.int64(bits);
  return evaluation.int32(static_cast<std::int32_t>(bits));
}

}  // namespace cairn::expr
