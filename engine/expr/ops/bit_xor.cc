// $bitXor: the bits that an odd number of the integers has.
#include "engine/expr/bits.h"

namespace cairn::expr {
namespace {

Result<ValueView> bit_xor(Values values, Evaluation& evaluation) {
  return combine_bits(
      "$bitXor", values, 0, [](std::int64_t a, std::int64_t b) { return a ^ b; }, evaluation);
}

}  // namespace

extern const Operator row_bit_xor{
    .name = "$bitXor", .function = bit_xor, .arity = {0, Arity::kAny}};

}  // namespace cairn::expr
