#include "engine/expr/top_of_array.h"

#include "engine/expr/array_order.h"
#include "engine/expr/arrays.h"
#include "engine/expr/named_arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cairn::expr {
namespace {

enum : std::size_t { kInput, kSortBy, kN };

class TopOf final : public Expression {
 public:
  // The operands are the input and, for several, their number.
  TopOf(const TopOperator& op, ArrayOrder order, Operands operands)
      : Expression(std::move(operands)), op_(op), order_(std::move(order)) {}

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    const bool several = op_.how_many == HowMany::kN;
    ValueView number;
    if (several) {
      CAIRN_ASSIGN_OR_RETURN(number, operands_[1]->evaluate(evaluation));
    }
    CAIRN_ASSIGN_OR_RETURN(const ValueView input, operands_[0]->evaluate(evaluation));
    if (!input.has_value() || (several && !number.has_value())) return Evaluation::null();
    std::size_t n = 1;
    if (several) {
      CAIRN_ASSIGN_OR_RETURN(n, to_n(number));
    }
    if (!input.is_array()) {
      return Status(location(op_.not_array), fmt::format("The input argument to {} must be an "
                                                         "array, but was of type: {}",
                                                         op_.name, type_of(input)));
    }
    ElementViews elements(input.as_document());
    CAIRN_RETURN_IF_ERROR(order_.sort(elements.views(), evaluation));
    return choose(elements.views(), n, evaluation);
  }

 private:
  Result<std::size_t> to_n(ValueView value) const {
    const auto n = value.is_number() ? value.to_int64_exact() : std::nullopt;
    if (!n) {
      return Status(location(op_.wrong_n), fmt::format("The 'n' argument to {} must be an integer, "
                                                       "but was of type: {}",
                                                       op_.name, type_of(value)));
    }
    if (*n < 0) {
      return Status(location(op_.negative_n),
                    fmt::format("{} requires 'n' to be non-negative", op_.name));
    }
    return static_cast<std::size_t>(*n);
  }

  ValueView choose(std::span<const ValueView> sorted, std::size_t n, Evaluation& evaluation) const {
    const bool top = op_.end == ArrayEnd::kTop;
    if (op_.how_many == HowMany::kOne) {
      if (sorted.empty()) return Evaluation::null();
      return top ? sorted.front() : order_.first_equal_to_last(sorted);
    }
    n = std::min(n, sorted.size());
    return build_array(top ? sorted.first(n) : sorted.last(n), evaluation);
  }

  const TopOperator& op_;
  ArrayOrder order_;
};

}  // namespace

Result<ExpressionPtr> parse_top_of_array(const TopOperator& op, ValueView argument,
                                         const Scope& scope) {
  const std::string not_object =
      fmt::format("{} requires an object as an argument, found: {{}}", op.name);
  const std::string unknown = fmt::format("{} found an unknown argument: {{}}", op.name);
  const std::string missing_input = fmt::format("{} requires 'input' to be specified", op.name);
  const std::string missing_n = fmt::format("{} requires 'n' to be specified", op.name);
  const NamedArgument named[] = {
      {"input", {op.missing_input, missing_input}}, {"sortBy"}, {"n", {op.missing_n, missing_n}}};
  const std::size_t count = op.how_many == HowMany::kN ? 3 : 2;
  CAIRN_ASSIGN_OR_RETURN(const NamedFields fields,
                         named_fields({.not_object = {op.not_object, not_object},
                                       .unknown = {op.unknown, unknown},
                                       .arguments = std::span(named).first(count)},
                                      argument));
  const ValueView sort_by = fields[kSortBy];
  const Value ascending = Value::int32(1);
  CAIRN_ASSIGN_OR_RETURN(
      ArrayOrder order,
      ArrayOrder::parse(sort_by.missing() ? ascending.view() : sort_by, scope.collation()));
  Operands operands(1);
  CAIRN_ASSIGN_OR_RETURN(operands[0], parse_expression(fields[kInput], scope));
  if (op.how_many == HowMany::kN) {
    operands.emplace_back();
    CAIRN_ASSIGN_OR_RETURN(operands[1], parse_expression(fields[kN], scope));
  }
  return ExpressionPtr(std::make_unique<TopOf>(op, std::move(order), std::move(operands)));
}

}  // namespace cairn::expr
