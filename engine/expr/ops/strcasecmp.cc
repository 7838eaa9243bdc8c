// $strcasecmp: -1, 0 or 1 by the order of two strings, ASCII letters without regard to case.
#include "engine/expr/text.h"

namespace cairn::expr {
namespace {

Result<ValueView> str_case_cmp(Values values, Evaluation& evaluation) {
  CAIRN_ASSIGN_OR_RETURN(const std::string_view a, coerce_to_text(values[0], evaluation));
  CAIRN_ASSIGN_OR_RETURN(const std::string_view b, coerce_to_text(values[1], evaluation));
  const int order = to_upper(a, evaluation).compare(to_upper(b, evaluation));
  return evaluation.int32((order > 0) - (order < 0));
}

}  // namespace

extern const Operator row_strcasecmp{
    .name = "$strcasecmp", .function = str_case_cmp, .arity = {2, 2}};

}  // namespace cairn::expr
