// $sigmoid: 1 / (1 + e^-x).
#include "engine/bson/decimal128.h"
#include "engine/bson/decimal128_math.h"
#include "engine/expr/function.h"
#include "engine/expr/numeric.h"

#include <fmt/format.h>

#include <cmath>

namespace cairn::expr {
namespace {

Decimal128 decimal_sigmoid(Decimal128 x) {
  const Decimal128 one = decimal128_from_int64(1);
  const Decimal128 negated = decimal128_multiply(decimal128_from_int64(-1), x);
  return decimal128_divide(one, decimal128_add(one, decimal128_exp(negated)));
}

constexpr RealFunction kSigmoid{"$sigmoid", [](double x) { return 1 / (1 + std::exp(-1.0 * x)); },
                                decimal_sigmoid};

Result<ValueView> sigmoid_of(Values values, Evaluation& evaluation) {
  if (values[0].has_value() && !values[0].is_number()) {
    return Status(ErrorCode::kTypeMismatch,
                  fmt::format("$multiply only supports numeric types, not {}", type_of(values[0])));
  }
  return apply(kSigmoid, values[0], evaluation);
}

const Operator kOnNumber{.name = "$sigmoid", .function = sigmoid_of, .arity = {1, 1}};

// A list of arguments is not taken, not even one of a single argument.
Result<ExpressionPtr> parse_sigmoid(ValueView argument, const Scope& scope) {
  if (argument.is_array()) {
    return Status(ErrorCode::kTypeMismatch, "$sigmoid only supports numeric types, not array");
  }
  CAIRN_ASSIGN_OR_RETURN(Operands operands,
                         parse_operands("$sigmoid", argument, scope, kOnNumber.arity));
  return function_expression(kOnNumber, scope.collation(), std::move(operands));
}

}  // namespace

extern const Operator row_sigmoid{.name = "$sigmoid", .parse = parse_sigmoid};

}  // namespace cairn::expr
