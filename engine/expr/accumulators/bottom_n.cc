// $bottomN: the outputs of the last n documents in a sort order, in that order.
#include "engine/expr/top_state.h"

namespace cairn::expr {
namespace {

Result<AccumulatorPtr> parse_bottom_n(const AccumulatorArgument& argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(TopArguments arguments,
                         parse_top("$bottomN", argument.value, TopForm::kMany, scope));
  return AccumulatorPtr(
      std::make_unique<TopState>("$bottomN", std::move(arguments), Keep::kLast, TopForm::kMany));
}

}  // namespace

namespace accumulators {
extern const AccumulatorRow row_bottom_n{"$bottomN", parse_bottom_n};
}  // namespace accumulators

}  // namespace cairn::expr
