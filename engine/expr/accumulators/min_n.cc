// $minN: the n least values that are neither null nor missing, the least first.
#include "engine/expr/ranked_by_value.h"

namespace cairn::expr {
namespace {

Result<AccumulatorPtr> parse_min_n(const AccumulatorArgument& argument, const Scope& scope) {
  return parse_ranked_by_value("$minN", Keep::kFirst, argument, scope);
}

}  // namespace

namespace accumulators {
extern const AccumulatorRow row_min_n{"$minN", parse_min_n};
}  // namespace accumulators

}  // namespace cairn::expr
