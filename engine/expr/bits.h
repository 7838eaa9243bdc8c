// What $bitAnd, $bitOr and $bitXor share.
#pragma once

#include "engine/expr/left_to_right.h"
#include "engine/expr/numeric.h"

#include <fmt/format.h>

#include <algorithm>

namespace cairn::expr {

// Integers combined one after the other: an int32, or an int64 where one is. A Combination has a
// `kName`, the bits that it begins with (`kStart`) and `combine`.
template <typename Combination>
class Bits {
 public:
  Status add(ValueView value) {
    if (!is_whole(value)) {
      return {ErrorCode::kTypeMismatch,
              fmt::format("{} only supports int and long operands.", Combination::kName)};
    }
    wide_ = wide_ || value.type() == BsonType::kInt64;
    bits_ = Combination::combine(bits_, whole_number(value));
    return Status();
  }

  ValueView result(Evaluation& evaluation) const {
    if (wide_) return evaluation.int64(bits_);
    return evaluation.int32(static_cast<std::int32_t>(bits_));
  }

 private:
  std::int64_t bits_ = Combination::kStart;
  bool wide_ = false;
};

// MongoDB puts constants behind what varies: the first null or wrong type is looked for in that
// order.
template <typename Combination>
Result<ExpressionPtr> parse_bits(ValueView argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(Operands operands,
                         parse_operands(Combination::kName, argument, scope, {0, Arity::kAny}));
  std::stable_partition(operands.begin(), operands.end(), [](const ExpressionPtr& operand) {
    return operand->constant() == nullptr;
  });
  return ExpressionPtr(std::make_unique<LeftToRight<Bits<Combination>>>(std::move(operands)));
}

}  // namespace cairn::expr
