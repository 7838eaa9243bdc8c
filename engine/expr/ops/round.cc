// $round: a number rounded to so many decimals, ties to even.
#include "engine/expr/rounding.h"

namespace cairn::expr {
namespace {

Result<ValueView> round_of(Values values, Evaluation& evaluation) {
  return round_to_places("$round", values, DecimalRounding::kNearestEven, evaluation);
}

}  // namespace

extern const Operator row_round{
    .name = "$round", .function = round_of, .arity = {1, 2}, .settles_after = 1};

}  // namespace cairn::expr
