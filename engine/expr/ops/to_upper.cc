// $toUpper: text with its ASCII letters in upper case.
#include "engine/expr/text.h"

namespace cairn::expr {
namespace {

Result<ValueView> upper_case(Values values, Evaluation& evaluation) {
  CAIRN_ASSIGN_OR_RETURN(const std::string_view text, coerce_to_text(values[0], evaluation));
  return evaluation.string(to_upper(text, evaluation));
}

}  // namespace

extern const Operator row_to_upper{.name = "$toUpper", .function = upper_case, .arity = {1, 1}};

}  // namespace cairn::expr
