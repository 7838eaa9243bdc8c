// $add: the sum of numbers, or a date and numbers of milliseconds.
//
// The sum is kept from left to right in the widest type seen: a double is not corrected by a later
// one, and an integer sum that int64 does not hold goes on as a double.
#include "engine/bson/decimal128.h"
#include "engine/expr/left_to_right.h"
#include "engine/expr/milliseconds.h"
#include "engine/expr/numeric.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

class Total {
 public:
  Status add(ValueView value) {
    if (value.type() == BsonType::kDate) return add_date(value.as_date());
    if (!value.is_number()) {
      return {ErrorCode::kTypeMismatch,
              fmt::format("$add only supports numeric or date types, not {}", type_of(value))};
    }
    if (is_date_) return shift(value);
    add_number(value);
    return Status();
  }

  ValueView result(Evaluation& evaluation) const {
    if (is_date_) return evaluation.date({whole_});
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
    if (type == BsonType::kDouble) double_ = static_cast<double>(whole_);
    if (type == BsonType::kDecimal128) {
      decimal_ = type_ == BsonType::kDouble ? decimal128_from_double(double_)
                                            : decimal128_from_int64(whole_);
    }
    type_ = type;
  }

  void add_number(ValueView number) {
    widen(widest_number(type_, number.type()));
    if (type_ == BsonType::kDecimal128) {
      decimal_ = decimal128_add(decimal_, to_decimal(number));
    } else if (type_ == BsonType::kDouble) {
      double_ += number.to_double();
    } else if (std::int64_t sum = 0; !__builtin_add_overflow(whole_, whole_number(number), &sum)) {
      whole_ = sum;
    } else {
      widen(BsonType::kDouble);
      double_ += number.to_double();
    }
  }

  // What was added before the date counts as one number of milliseconds.
  Status add_date(Date date) {
    if (is_date_) return {location(16612), "only one date allowed in an $add expression"};
    is_date_ = true;
    std::optional<std::int64_t> before = whole_;
    if (type_ == BsonType::kDouble) before = rounded_milliseconds(double_);
    if (type_ == BsonType::kDecimal128) before = rounded_milliseconds(decimal_);
    return move_by(before, date.milliseconds);
  }

  Status shift(ValueView number) { return move_by(rounded_milliseconds(number), whole_); }

  Status move_by(std::optional<std::int64_t> by, std::int64_t from) {
    if (!by || __builtin_add_overflow(from, *by, &whole_)) return date_overflow();
    return Status();
  }

  BsonType type_ = BsonType::kInt32;
  bool is_date_ = false;
  std::int64_t whole_ = 0;  // of a date: milliseconds
  double double_ = 0;
  Decimal128 decimal_;
};

Result<ExpressionPtr> parse_add(ValueView argument, const Scope& scope) {
  return parse_left_to_right<Total>("$add", argument, scope);
}

}  // namespace

extern const Operator row_add{.name = "$add", .parse = parse_add};

}  // namespace cairn::expr
