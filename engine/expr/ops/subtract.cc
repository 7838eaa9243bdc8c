// $subtract: a number from a number, a date from a date (milliseconds between), or milliseconds
// from a date.
#include "engine/bson/decimal128.h"
#include "engine/expr/milliseconds.h"
#include "engine/expr/numeric.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

ValueView difference(ValueView a, ValueView b, Evaluation& evaluation) {
  switch (widest_number(a.type(), b.type())) {
    case BsonType::kDecimal128:
      return evaluation.decimal128(decimal128_subtract(to_decimal(a), to_decimal(b)));
    case BsonType::kDouble:
      return evaluation.number(a.to_double() - b.to_double());
    case BsonType::kInt32:
      return int32_or_int64(std::int64_t{a.as_int32()} - b.as_int32(), evaluation);
    default: {
      std::int64_t result = 0;
      if (!__builtin_sub_overflow(whole_number(a), whole_number(b), &result)) {
        return evaluation.int64(result);
      }
      return evaluation.number(a.to_double() - b.to_double());
    }
  }
}

Result<ValueView> from_date(Date date, ValueView right, Evaluation& evaluation) {
  std::int64_t result = 0;
  if (right.type() == BsonType::kDate) {
    // What int64 does not hold wraps around, as in MongoDB.
    (void)__builtin_sub_overflow(date.milliseconds, right.as_date().milliseconds, &result);
    return evaluation.int64(result);
  }
  if (!right.is_number()) {
    return Status(ErrorCode::kTypeMismatch,
                  fmt::format("can't $subtract {} from Date", type_of(right)));
  }
  const std::optional<std::int64_t> by = rounded_milliseconds(right);
  if (!by || __builtin_sub_overflow(date.milliseconds, *by, &result)) return date_overflow();
  return evaluation.date({result});
}

Result<ValueView> subtract_of(Values values, Evaluation& evaluation) {
  const ValueView left = values[0];
  const ValueView right = values[1];
  if (left.is_number() && right.is_number()) return difference(left, right, evaluation);
  if (!left.has_value() || !right.has_value()) return Evaluation::null();
  if (left.type() == BsonType::kDate) return from_date(left.as_date(), right, evaluation);
  return Status(ErrorCode::kTypeMismatch,
                fmt::format("can't $subtract {} from {}", type_of(right), type_of(left)));
}

}  // namespace

extern const Operator row_subtract{.name = "$subtract", .function = subtract_of, .arity = {2, 2}};

}  // namespace cairn::expr
