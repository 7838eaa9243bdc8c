#include "engine/expr/array_loop.h"

#include <string_view>

namespace cairn::expr {
namespace {

Result<std::uint32_t> define_variable(ValueView as, Scope& scope) {
  if (as.missing()) return scope.define("this");
  const std::string_view name = as.is_string() ? as.as_string() : std::string_view();
  CAIRN_RETURN_IF_ERROR(check_variable_name(name));
  return scope.define(name);
}

}  // namespace

Result<ArrayLoop::Parts> ArrayLoop::parse(ValueView input, ValueView as, ValueView each,
                                          const Scope& scope) {
  Parts parts{.operands = Operands(2)};
  CAIRN_ASSIGN_OR_RETURN(parts.operands[0], parse_expression(input, scope));
  Scope inner(&scope);
  CAIRN_ASSIGN_OR_RETURN(parts.slot, define_variable(as, inner));
  CAIRN_ASSIGN_OR_RETURN(parts.operands[1], parse_expression(each, inner));
  return parts;
}

Result<ValueView> ArrayLoop::evaluate(Evaluation& evaluation) const {
  CAIRN_ASSIGN_OR_RETURN(const ValueView input, operands_[0]->evaluate(evaluation));
  if (!input.has_value()) return Evaluation::null();
  if (!input.is_array()) return not_array_.about(type_of(input));
  return over(input.as_document(), evaluation);
}

Result<ValueView> ArrayLoop::value_for(ValueView element, Evaluation& evaluation) const {
  CAIRN_RETURN_IF_ERROR(evaluation.step());
  evaluation.set_variable(slot_, element);
  return operands_[1]->evaluate(evaluation);
}

}  // namespace cairn::expr
