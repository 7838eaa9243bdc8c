// $getField: a document's field by its name, which may hold '.' or begin with '$'.
#include "engine/expr/leaf.h"
#include "engine/expr/named_arguments.h"

#include <fmt/format.h>

#include <utility>

namespace cairn::expr {
namespace {

enum : std::size_t { kField, kInput };
constexpr NamedArgument kArguments[] = {
    {"field", {3041702, "$getField requires 'field' to be specified"}},
    {"input", {3041703, "$getField requires 'input' to be specified"}}};
constexpr NamedShape kShape{.unknown = {3041701, "$getField found an unknown argument: {}"},
                            .arguments = kArguments};

class GetField final : public Expression {
 public:
  using Expression::Expression;

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    CAIRN_ASSIGN_OR_RETURN(const ValueView name, operands_[kField]->evaluate(evaluation));
    if (!name.is_string()) {
      return Status(location(3041704), fmt::format("$getField requires 'field' to evaluate to type "
                                                   "String, but got {}",
                                                   type_of(name)));
    }
    CAIRN_ASSIGN_OR_RETURN(const ValueView input, operands_[kInput]->evaluate(evaluation));
    if (input.is_document()) return input.as_document().find(name.as_string());
    return input.missing() || input.has_value() ? ValueView() : Evaluation::null();
  }
};

// {field: …, input: …}, and not an expression that gives the name.
bool has_arguments(ValueView argument) {
  return argument.is_document() && !argument.as_document().empty() &&
         !argument.as_document().begin()->name.starts_with('$');
}

Result<ExpressionPtr> parse_get_field(ValueView argument, const Scope& scope) {
  Operands operands(2);
  if (!has_arguments(argument)) {
    CAIRN_ASSIGN_OR_RETURN(operands[kField], parse_expression(argument, scope));
    const Value current = Value::string("$$CURRENT");
    CAIRN_ASSIGN_OR_RETURN(operands[kInput], parse_leaf(current.view(), scope));
    return ExpressionPtr(std::make_unique<GetField>(std::move(operands)));
  }
  CAIRN_ASSIGN_OR_RETURN(const NamedFields fields, named_fields(kShape, argument));
  CAIRN_ASSIGN_OR_RETURN(operands[kField], parse_expression(fields[kField], scope));
  CAIRN_ASSIGN_OR_RETURN(operands[kInput], parse_expression(fields[kInput], scope));
  return ExpressionPtr(std::make_unique<GetField>(std::move(operands)));
}

}  // namespace

extern const Operator row_get_field{.name = "$getField", .parse = parse_get_field};

}  // namespace cairn::expr
