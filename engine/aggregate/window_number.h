// Arithmetic of the window functions that give fractions: in decimal128 if an operand is one, else
// in double. Dates count their milliseconds.
#pragma once

#include <cairn/bson.h>

namespace cairn::aggregate {

class WindowNumber {
 public:
  WindowNumber() = default;
  explicit WindowNumber(double value) : double_(value) {}
  explicit WindowNumber(Decimal128 value) : decimal_(value), is_decimal_(true) {}
  // REQUIRES: a number or a date.
  static WindowNumber of(ValueView value);

  friend WindowNumber operator+(const WindowNumber& a, const WindowNumber& b);
  friend WindowNumber operator-(const WindowNumber& a, const WindowNumber& b);
  friend WindowNumber operator*(const WindowNumber& a, const WindowNumber& b);
  friend WindowNumber operator/(const WindowNumber& a, const WindowNumber& b);
  bool zero() const;
  Value value() const;

 private:
  Decimal128 as_decimal() const;

  double double_ = 0;
  Decimal128 decimal_;
  bool is_decimal_ = false;
};

inline bool is_number_or_date(ValueView value) {
  return value.is_number() || value.type() == BsonType::kDate;
}

}  // namespace cairn::aggregate
