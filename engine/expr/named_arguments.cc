#include "engine/expr/named_arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cairn::expr {
namespace {

class NamedFunctionOf final : public Expression {
 public:
  NamedFunctionOf(NamedFunction function, const Arguments::Places& places, Operands operands)
      : Expression(std::move(operands)), function_(function), places_(places) {}

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    CAIRN_RETURN_IF_ERROR(evaluation.step());
    return function_(Arguments(operands_, places_, evaluation));
  }

 private:
  NamedFunction function_;
  Arguments::Places places_;
};

// What is constant as a whole is computed, which finds its own errors.
Status check_constants(ConstantChecks checks, const Operands& operands,
                       const Arguments::Places& places) {
  const auto varies = [](const ExpressionPtr& operand) { return operand->constant() == nullptr; };
  if (checks.empty() || std::ranges::none_of(operands, varies)) return Status();
  for (const ConstantCheck& one : checks) {
    if (places[one.argument] == Arguments::kAbsent) continue;
    const Value* const constant = operands[places[one.argument]]->constant();
    if (constant == nullptr || !constant->view().has_value()) continue;
    CAIRN_RETURN_IF_ERROR(one.check(constant->view()));
  }
  return Status();
}

}  // namespace

Status Complaint::about(std::string_view what) const {
  return {location(code), fmt::format(fmt::runtime(text), what)};
}

Result<NamedFields> named_fields(const NamedShape& shape, ValueView argument) {
  if (!argument.is_document()) return shape.not_object.about(type_of(argument));
  NamedFields fields;
  for (const Element& field : argument.as_document()) {
    std::size_t i = 0;
    while (i < shape.arguments.size() && shape.arguments[i].name != field.name) ++i;
    if (i == shape.arguments.size()) return shape.unknown.about(field.name);
    fields[i] = field.value;
  }
  for (std::size_t i = 0; i < shape.arguments.size(); ++i) {
    const Complaint& missing = shape.arguments[i].missing;
    if (missing.code != 0 && fields[i].missing()) return missing.about();
  }
  return fields;
}

Result<ExpressionPtr> named_function(const NamedFields& fields, const Scope& scope,
                                     NamedFunction function, ConstantChecks checks) {
  Arguments::Places places;
  places.fill(Arguments::kAbsent);
  Operands operands;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].missing()) continue;
    CAIRN_ASSIGN_OR_RETURN(ExpressionPtr operand, parse_expression(fields[i], scope));
    places[i] = static_cast<std::uint8_t>(operands.size());
    operands.push_back(std::move(operand));
  }
  if (scope.folding() == Folding::kEverywhere) {
    CAIRN_RETURN_IF_ERROR(check_constants(checks, operands, places));
  }
  return ExpressionPtr(std::make_unique<NamedFunctionOf>(function, places, std::move(operands)));
}

Result<ExpressionPtr> named_function(const NamedShape& shape, ValueView argument,
                                     const Scope& scope, NamedFunction function,
                                     ConstantChecks checks) {
  CAIRN_ASSIGN_OR_RETURN(const NamedFields fields, named_fields(shape, argument));
  return named_function(fields, scope, function, checks);
}

}  // namespace cairn::expr
