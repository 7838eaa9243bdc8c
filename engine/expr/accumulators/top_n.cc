// $topN: the outputs of the first n documents in a sort order, in that order.
#include "engine/expr/top_state.h"

namespace cairn::expr {
namespace {

Result<AccumulatorPtr> parse_top_n(const AccumulatorArgument& argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(TopArguments arguments,
                         parse_top("$topN", argument.value, TopForm::kMany, scope));
  return AccumulatorPtr(
      std::make_unique<TopState>("$topN", std::move(arguments), Keep::kFirst, TopForm::kMany));
}

}  // namespace

namespace accumulators {
extern const AccumulatorRow row_top_n{"$topN", parse_top_n};
}  // namespace accumulators

}  // namespace cairn::expr
