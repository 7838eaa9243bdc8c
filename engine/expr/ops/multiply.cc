// $multiply: the product of numbers, kept from left to right in the widest type seen.
#include "engine/expr/left_to_right.h"
#include "engine/expr/running_number.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

class Product {
 public:
  Status add(ValueView number) {
    if (!number.is_number()) {
      return {ErrorCode::kTypeMismatch,
              fmt::format("$multiply only supports numeric types, not {}", type_of(number))};
    }
    product_.widen(widest_number(product_.type, number.type()));
    if (product_.type == BsonType::kDecimal128) {
      product_.decimal = decimal128_multiply(product_.decimal, to_decimal(number));
      return Status();
    }
    product_.fraction *= number.to_double();
    if (product_.type != BsonType::kDouble &&
        __builtin_mul_overflow(product_.whole, whole_number(number), &product_.whole)) {
      product_.type = BsonType::kDouble;
    }
    return Status();
  }

  ValueView result(Evaluation& evaluation) const { return product_.value(evaluation); }

 private:
  // The double beside the integers from the start: a zero keeps its sign.
  RunningNumber product_{.whole = 1, .fraction = 1};
};

Result<ExpressionPtr> parse_multiply(ValueView argument, const Scope& scope) {
  return parse_left_to_right<Product>("$multiply", argument, scope);
}

}  // namespace

extern const Operator row_multiply{.name = "$multiply", .parse = parse_multiply};

}  // namespace cairn::expr
