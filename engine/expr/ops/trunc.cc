// $trunc: a number cut to so many decimals.
#include "engine/expr/rounding.h"

namespace cairn::expr {
namespace {

Result<ValueView> trunc_of(Values values, Evaluation& evaluation) {
  return round_to_places("$trunc", values, DecimalRounding::kTowardZero, evaluation);
}

}  // namespace

extern const Operator row_trunc{
    .name = "$trunc", .function = trunc_of, .arity = {1, 2}, .settles_after = 1};

}  // namespace cairn::expr
