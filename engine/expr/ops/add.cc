// $add: the sum of numbers, or a date and numbers of milliseconds.
//
// The sum is kept from left to right in the widest type seen: a double is not corrected by a later
// one, and an integer sum that int64 does not hold goes on as a double.
#include "engine/expr/left_to_right.h"
#include "engine/expr/milliseconds.h"
#include "engine/expr/running_number.h"

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
    return is_date_ ? evaluation.date({total_.whole}) : total_.value(evaluation);
  }

 private:
  void widen(BsonType type) {
    if (type == BsonType::kDouble && type != total_.type) {
      total_.fraction = static_cast<double>(total_.whole);
    }
    total_.widen(type);
  }

  void add_number(ValueView number) {
    widen(widest_number(total_.type, number.type()));
    if (total_.type == BsonType::kDecimal128) {
      total_.decimal = decimal128_add(total_.decimal, to_decimal(number));
    } else if (total_.type == BsonType::kDouble) {
      total_.fraction += number.to_double();
    } else if (std::int64_t sum = 0;
               !__builtin_add_overflow(total_.whole, whole_number(number), &sum)) {
      total_.whole = sum;
    } else {
      widen(BsonType::kDouble);
      total_.fraction += number.to_double();
    }
  }

  // What was added before the date counts as one number of milliseconds.
  Status add_date(Date date) {
    if (is_date_) return {location(16612), "only one date allowed in an $add expression"};
    is_date_ = true;
    std::optional<std::int64_t> before = total_.whole;
    if (total_.type == BsonType::kDouble) before = rounded_milliseconds(total_.fraction);
    if (total_.type == BsonType::kDecimal128) before = rounded_milliseconds(total_.decimal);
    return move_by(before, date.milliseconds);
  }

  Status shift(ValueView number) { return move_by(rounded_milliseconds(number), total_.whole); }

  Status move_by(std::optional<std::int64_t> by, std::int64_t from) {
    if (!by || __builtin_add_overflow(from, *by, &total_.whole)) return date_overflow();
    return Status();
  }

  RunningNumber total_;  // of a date: whole milliseconds
  bool is_date_ = false;
};

Result<ExpressionPtr> parse_add(ValueView argument, const Scope& scope) {
  return parse_left_to_right<Total>("$add", argument, scope);
}

}  // namespace

extern const Operator row_add{.name = "$add", .parse = parse_add};

}  // namespace cairn::expr
