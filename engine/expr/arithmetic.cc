#include "engine/expr/arithmetic.h"

#include "engine/bson/decimal128.h"

#include <cmath>
#include <limits>

namespace cairn::expr {
namespace {

Decimal128 to_decimal(ValueView number) {
  switch (number.type()) {
    case BsonType::kDecimal128:
      return number.as_decimal128();
    case BsonType::kDouble:
      return decimal128_from_double(number.as_double());
    default:
      return decimal128_from_int64(number.to_int64_clamped());
  }
}

bool either(ValueView a, ValueView b, BsonType type) {
  return a.type() == type || b.type() == type;
}

std::optional<Value> integer_result(ValueView a, ValueView b, bool overflow, std::int64_t result) {
  if (overflow) return std::nullopt;
  const bool narrow = !either(a, b, BsonType::kInt64) &&
                      result >= std::numeric_limits<std::int32_t>::min() &&
                      result <= std::numeric_limits<std::int32_t>::max();
  return narrow ? Value::int32(static_cast<std::int32_t>(result)) : Value::int64(result);
}

}  // namespace

std::optional<Value> add(ValueView a, ValueView b) {
  if (either(a, b, BsonType::kDecimal128)) {
    return Value::decimal128(decimal128_add(to_decimal(a), to_decimal(b)));
  }
  if (either(a, b, BsonType::kDouble)) return Value::number(a.to_double() + b.to_double());
  std::int64_t result = 0;
  const bool overflow = __builtin_add_overflow(a.to_int64_clamped(), b.to_int64_clamped(), &result);
  return integer_result(a, b, overflow, result);
}

std::optional<Value> multiply(ValueView a, ValueView b) {
  if (either(a, b, BsonType::kDecimal128)) {
    return Value::decimal128(decimal128_multiply(to_decimal(a), to_decimal(b)));
  }
  if (either(a, b, BsonType::kDouble)) return Value::number(a.to_double() * b.to_double());
  std::int64_t result = 0;
  const bool overflow = __builtin_mul_overflow(a.to_int64_clamped(), b.to_int64_clamped(), &result);
  return integer_result(a, b, overflow, result);
}

void Sum::add(ValueView number) {
  ++count_;
  switch (number.type()) {
    case BsonType::kInt64:
      saw_int64_ = true;
      [[fallthrough]];
    case BsonType::kInt32:
      integers_ += number.to_int64_clamped();
      break;
    case BsonType::kDouble:
      saw_double_ = true;
      add_double(number.as_double());
      break;
    default:
      saw_decimal_ = true;
      decimals_ = decimal128_add(decimals_, number.as_decimal128());
  }
}

void Sum::add_double(double number) {
  const double sum = doubles_ + number;
  if (std::isfinite(sum)) {
    compensation_ += std::fabs(doubles_) >= std::fabs(number) ? (doubles_ - sum) + number
                                                              : (number - sum) + doubles_;
  }
  doubles_ = sum;
}

double Sum::double_total() const {
  const double with_integers = doubles_ + static_cast<double>(integers_);
  return std::isfinite(with_integers) ? with_integers + compensation_ : with_integers;
}

Decimal128 Sum::decimal_total() const {
  // The integers may exceed int64, so they go in as two halves.
  const auto high = static_cast<std::int64_t>(integers_ >> 32);
  const auto low = static_cast<std::int64_t>(integers_ & 0xFFFFFFFF);
  Decimal128 total = decimal128_add(
      decimals_, decimal128_add(decimal128_multiply(decimal128_from_int64(high),
                                                    decimal128_from_int64(std::int64_t{1} << 32)),
                                decimal128_from_int64(low)));
  if (saw_double_) {
    total = decimal128_add(total, decimal128_from_double_34_digits(doubles_ + compensation_));
  }
  return total;
}

Value Sum::total() const {
  if (saw_decimal_) return Value::decimal128(decimal_total());
  if (saw_double_) return Value::number(double_total());
  const auto fits = [this](auto limits) {
    return integers_ >= limits.min() && integers_ <= limits.max();
  };
  if (!saw_int64_ && fits(std::numeric_limits<std::int32_t>())) {
    return Value::int32(static_cast<std::int32_t>(integers_));
  }
  if (fits(std::numeric_limits<std::int64_t>())) {
    return Value::int64(static_cast<std::int64_t>(integers_));
  }
  return Value::number(static_cast<double>(integers_));
}

Value Sum::average() const {
  if (count_ == 0) return Value::null();
  if (saw_decimal_) {
    return Value::decimal128(decimal128_divide(decimal_total(), decimal128_from_int64(count_)));
  }
  return Value::number(double_total() / static_cast<double>(count_));
}

}  // namespace cairn::expr
