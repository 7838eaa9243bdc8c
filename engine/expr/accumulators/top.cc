// $top: the output of the first document in a sort order; null where there is none.
#include "engine/expr/top_state.h"

namespace cairn::expr {
namespace {

Result<AccumulatorPtr> parse_top(const AccumulatorArgument& argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(TopArguments arguments,
                         parse_top("$top", argument.value, TopForm::kOne, scope));
  return AccumulatorPtr(
      std::make_unique<TopState>("$top", std::move(arguments), Keep::kFirst, TopForm::kOne));
}

}  // namespace

namespace accumulators {
extern const AccumulatorRow row_top{"$top", parse_top};
}  // namespace accumulators

}  // namespace cairn::expr
