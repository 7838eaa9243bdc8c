#include "engine/expr/percentile_expression.h"

#include <fmt/format.h>

#include "engine/expr/quantiles.h"
#include "engine/expr/value_list.h"

namespace cairn::expr {
namespace {

class PercentileOf final : public Expression {
 public:
  PercentileOf(PercentileArguments arguments, PercentileForm form)
      : shares_(std::move(arguments.shares)), form_(form) {
    operands_.push_back(std::move(arguments.input));
  }
  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    CAIRN_ASSIGN_OR_RETURN(const ValueView input, operands_[0]->evaluate(evaluation));
    if (input.is_number()) return every(input.to_double(), evaluation);
    Quantiles numbers;
    if (input.is_array()) {
      for (const Element& element : input.as_document()) {
        if (element.value.is_number()) numbers.add(element.value.to_double());
      }
    }
    if (form_ == PercentileForm::kMedian) return at(numbers, shares_[0], evaluation);
    ValueList list;
    for (const double share : shares_) list.push(at(numbers, share, evaluation));
    return list.array(evaluation);
  }

 private:
  // Of one number, which is not in an array: that number, NaN too.
  ValueView every(double number, Evaluation& evaluation) const {
    if (form_ == PercentileForm::kMedian) return evaluation.number(number);
    ValueList list;
    for (std::size_t i = 0; i < shares_.size(); ++i) list.push(evaluation.number(number));
    return list.array(evaluation);
  }
  static ValueView at(const Quantiles& numbers, double share, Evaluation& evaluation) {
    return numbers.empty() ? Evaluation::null() : evaluation.number(numbers.at(share));
  }

  std::vector<double> shares_;
  PercentileForm form_;
};

}  // namespace

Result<ExpressionPtr> parse_percentile_expression(std::string_view name, ValueView argument,
                                                  PercentileForm form, const Scope& scope) {
  if (!argument.is_document()) {
    return Status(
        location(form == PercentileForm::kMedian ? 7436201 : 7436200),
        fmt::format("specification must be an object; found {}: {}", name, to_json(argument)));
  }
  CAIRN_ASSIGN_OR_RETURN(PercentileArguments arguments,
                         parse_percentile(name, argument, form, scope));
  return ExpressionPtr(std::make_unique<PercentileOf>(std::move(arguments), form));
}

}  // namespace cairn::expr
