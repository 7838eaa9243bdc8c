// $bitOr: the bits that any of the integers has.
#include "engine/expr/bits.h"

namespace cairn::expr {
namespace {

Result<ValueView> bit_or(Values values, Evaluation& evaluation) {
  return combine_bits(
      "$bitOr", values, 0, [](std::int64_t a, std::int64_t b) { return a | b; }, evaluation);
}

}  // namespace

extern const Operator row_bit_or{.name = "$bitOr", .function = bit_or, .arity = {0, Arity::kAny}};

}  // namespace cairn::expr
