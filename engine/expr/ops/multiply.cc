// $multiply: the product of numbers, kept from left to right in the widest type seen.
#include "engine/bson/decimal128.h"
#include "engine/expr/left_to_right.h"
#include "engine/expr/numeric.h"

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
    widen(widest_number(type_, number.type()));
    if (type_ == BsonType::kDecimal128) {
      decimal_ = decimal128_multiply(decimal_, to_decimal(number));
      return Status();
    }
    double_ *= number.to_double();
    if (type_ != BsonType::kDouble &&
        __builtin_mul_overflow(whole_, whole_number(number), &whole_)) {
      type_ = BsonType::kDouble;
    }
    return Status();
  }

  ValueView result(Evaluation& evaluation) const {
    switch (type_) {
      case BsonType::kInt32:
        return int32_or_int64(whole_, evaluation);
      case BsonType::kInt64:
        return evaluation.int64(whole_);
      case BsonType::kDouble:
        return evaluation.number(double_);
      default:
        return evaluation.decimal128(decimal_);
    }
  }

 private:
  void widen(BsonType type) {
    if (type == type_) return;
    if (type == BsonType::kDecimal128) {
      decimal_ = type_ == BsonType::kDouble ? decimal128_from_double(double_)
                                            : decimal128_from_int64(whole_);
    }
    type_ = type;
  }

  BsonType type_ = BsonType::kInt32;
  std::int64_t whole_ = 1;
  double double_ = 1;  // beside the integers from the start: a zero keeps its sign
  Decimal128 decimal_;
};

Result<ExpressionPtr> parse_multiply(ValueView argument, const Scope& scope) {
  return parse_left_to_right<Product>("$multiply", argument, scope);
}

}  // namespace

extern const Operator row_multiply{.name = "$multiply", .parse = parse_multiply};

}  // namespace cairn::expr
