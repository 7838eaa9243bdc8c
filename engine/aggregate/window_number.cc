#include "engine/aggregate/window_number.h"

#include "engine/bson/decimal128.h"

namespace cairn::aggregate {

WindowNumber WindowNumber::of(ValueView value) {
  if (value.type() == BsonType::kDate) {
    return WindowNumber(static_cast<double>(value.as_date().milliseconds));
  }
  if (value.type() == BsonType::kDecimal128) return WindowNumber(value.as_decimal128());
  return WindowNumber(value.to_double());
}

Decimal128 WindowNumber::as_decimal() const {
  if (is_decimal_) return decimal_;
  constexpr double kExact = 0x1p53;
  const auto whole = static_cast<std::int64_t>(double_ < kExact && double_ > -kExact ? double_ : 0);
  if (static_cast<double>(whole) == double_) return decimal128_from_int64(whole);
  return decimal128_from_double(double_);
}

WindowNumber operator+(const WindowNumber& a, const WindowNumber& b) {
  if (!a.is_decimal_ && !b.is_decimal_) return WindowNumber(a.double_ + b.double_);
  return WindowNumber(decimal128_add(a.as_decimal(), b.as_decimal()));
}

WindowNumber operator-(const WindowNumber& a, const WindowNumber& b) {
  if (!a.is_decimal_ && !b.is_decimal_) return WindowNumber(a.double_ - b.double_);
  return WindowNumber(decimal128_subtract(a.as_decimal(), b.as_decimal()));
}

WindowNumber operator*(const WindowNumber& a, const WindowNumber& b) {
  if (!a.is_decimal_ && !b.is_decimal_) return WindowNumber(a.double_ * b.double_);
  return WindowNumber(decimal128_multiply(a.as_decimal(), b.as_decimal()));
}

WindowNumber operator/(const WindowNumber& a, const WindowNumber& b) {
  if (!a.is_decimal_ && !b.is_decimal_) return WindowNumber(a.double_ / b.double_);
  return WindowNumber(decimal128_divide(a.as_decimal(), b.as_decimal()));
}

bool WindowNumber::zero() const {
  return is_decimal_ ? decimal128_is_zero(decimal_) : double_ == 0;
}

Value WindowNumber::value() const {
  return is_decimal_ ? Value::decimal128(decimal_) : Value::number(double_);
}

}  // namespace cairn::aggregate
