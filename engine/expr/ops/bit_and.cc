// $bitAnd: the bits that all integers have.
#include "engine/expr/bits.h"

namespace cairn::expr {
namespace {

Result<ValueView> bit_and(Values values, Evaluation& evaluation) {
  return combine_bits(
      "$bitAnd", values, -1, [](std::int64_t a, std::int64_t b) { return a & b; }, evaluation);
}

}  // namespace

extern const Operator row_bit_and{
    .name = "$bitAnd", .function = bit_and, .arity = {0, Arity::kAny}};

}  // namespace cairn::expr
