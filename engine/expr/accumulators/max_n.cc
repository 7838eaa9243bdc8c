// $maxN: the n greatest values that are neither null nor missing, the greatest first.
#include "engine/expr/ranked_by_value.h"

namespace cairn::expr {
namespace {

Result<AccumulatorPtr> parse_max_n(const AccumulatorArgument& argument, const Scope& scope) {
  return parse_ranked_by_value("$maxN", Keep::kLast, argument, scope);
}

}  // namespace

namespace accumulators {
extern const AccumulatorRow row_max_n{"$maxN", parse_max_n};
}  // namespace accumulators

}  // namespace cairn::expr
