#include "engine/expr/n_of_array.h"

#include "engine/expr/arrays.h"
#include "engine/expr/n_argument.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace cairn::expr {
namespace {

enum : std::size_t { kN, kInput };
constexpr NamedArgument kArguments[] = {{"n", {5787906, "Missing value for 'n'"}},
                                        {"input", {5787907, "Missing value for 'input'"}}};

// Unlike in the accumulators a fraction is refused and not cut.
Result<std::int64_t> to_whole_n(ValueView value) {
  const double rough = value.is_number() ? value.to_double() : 0;
  if (std::fabs(rough) < 0x1p63 && rough != std::trunc(rough)) {
    return Status(location(5787903), fmt::format("Value for 'n' must be of integral type, but "
                                                 "found {}",
                                                 to_json(value)));
  }
  return to_n(value);
}

class NOf final : public Expression {
 public:
  NOf(NOfArray choose, const Collation* collation, Operands operands)
      : Expression(std::move(operands)), choose_(choose), collation_(collation) {}

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    CAIRN_ASSIGN_OR_RETURN(const ValueView number, operands_[kN]->evaluate(evaluation));
    CAIRN_ASSIGN_OR_RETURN(const std::int64_t n, to_whole_n(number));
    CAIRN_ASSIGN_OR_RETURN(const ValueView input, operands_[kInput]->evaluate(evaluation));
    if (!input.is_array()) return Status(location(5788200), "Input must be an array");
    ElementViews elements(input.as_document());
    CAIRN_RETURN_IF_ERROR(choose_(elements.views(), n, collation_, evaluation));
    return build_array(elements.views(), evaluation);
  }

 private:
  NOfArray choose_;
  const Collation* collation_;
};

}  // namespace

Result<ExpressionPtr> parse_n_of_array(std::string_view name, std::int32_t not_object,
                                       ValueView argument, const Scope& scope, NOfArray choose) {
  if (!argument.is_document()) {
    return Status(location(not_object), fmt::format("specification must be an object; found {}: {}",
                                                    name, to_json(argument)));
  }
  CAIRN_ASSIGN_OR_RETURN(
      const NamedFields fields,
      named_fields(
          {.unknown = {5787901, "Unknown argument for 'n' operator: {}"}, .arguments = kArguments},
          argument));
  Operands operands(2);
  CAIRN_ASSIGN_OR_RETURN(operands[kN], parse_expression(fields[kN], scope));
  CAIRN_ASSIGN_OR_RETURN(operands[kInput], parse_expression(fields[kInput], scope));
  return ExpressionPtr(std::make_unique<NOf>(choose, scope.collation(), std::move(operands)));
}

}  // namespace cairn::expr
