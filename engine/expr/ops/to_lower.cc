// $toLower: text with its ASCII letters in lower case.
#include "engine/expr/text.h"

namespace cairn::expr {
namespace {

Result<ValueView> lower_case(Values values, Evaluation& evaluation) {
  CAIRN_ASSIGN_OR_RETURN(const std::string_view text, coerce_to_text(values[0], evaluation));
  return evaluation.string(to_lower(text, evaluation));
}

}  // namespace

extern const Operator row_to_lower{.name = "$toLower", .function = lower_case, .arity = {1, 1}};

}  // namespace cairn::expr
