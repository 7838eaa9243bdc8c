// $bottom: the output of the last document in a sort order; null where there is none.
#include "engine/expr/top_state.h"

namespace cairn::expr {
namespace {

Result<AccumulatorPtr> parse_bottom(const AccumulatorArgument& argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(TopArguments arguments,
                         parse_top("$bottom", argument.value, TopForm::kOne, scope));
  return AccumulatorPtr(
      std::make_unique<TopState>("$bottom", std::move(arguments), Keep::kLast, TopForm::kOne));
}

}  // namespace

namespace accumulators {
extern const AccumulatorRow row_bottom{"$bottom", parse_bottom};
}  // namespace accumulators

}  // namespace cairn::expr
