#include "engine/expr/sum.h"

#include <cmath>
#include <limits>

#include "engine/bson/decimal128.h"

namespace cairn::expr {

void Sum::change(ValueView number, int sign) {
  switch (number.type()) {
    case BsonType::kInt32:
      counts_[kInt32] += sign;
      integers_ += sign * std::int64_t{number.as_int32()};
      return;
    case BsonType::kInt64:
      counts_[kInt64] += sign;
      integers_ += static_cast<__int128>(sign) * number.as_int64();
      return;
    case BsonType::kDouble:
      return change_double(number.as_double(), sign);
    default:
      return change_decimal(number.as_decimal128(), sign);
  }
}

void Sum::change_double(double number, int sign) {
  if (std::isfinite(number)) {
    counts_[kDouble] += sign;
    return add_double(sign * number);
  }
  counts_[std::isnan(number) ? kDoubleNan
          : number > 0       ? kDoubleInfinity
                             : kDoubleMinusInfinity] += sign;
}

void Sum::change_decimal(Decimal128 number, int sign) {
  const bool negative = decimal128_is_negative(number);
  if (decimal128_is_nan(number)) {
    counts_[kDecimalNan] += sign;
  } else if (decimal128_is_infinite(number)) {
    counts_[negative ? kDecimalMinusInfinity : kDecimalInfinity] += sign;
  } else {
    counts_[kDecimal] += sign;
    decimals_ =
        sign > 0 ? decimal128_add(decimals_, number) : decimal128_subtract(decimals_, number);
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

void Sum::merge(const Sum& other) {
  integers_ += other.integers_;
  add_double(other.doubles_);
  compensation_ += other.compensation_;
  decimals_ = decimal128_add(decimals_, other.decimals_);
  for (int i = 0; i < kKinds; ++i) counts_[i] += other.counts_[i];
}

double Sum::specials() const {
  const std::int64_t up = counts_[kDoubleInfinity] + counts_[kDecimalInfinity];
  const std::int64_t down = counts_[kDoubleMinusInfinity] + counts_[kDecimalMinusInfinity];
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (counts_[kDoubleNan] + counts_[kDecimalNan] > 0 || (up > 0 && down > 0)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (up > 0) return kInfinity;
  return down > 0 ? -kInfinity : 0;
}

double Sum::double_total() const {
  if (const double special = specials(); special != 0) return special;
  const double with_integers = doubles_ + static_cast<double>(integers_);
  return std::isfinite(with_integers) ? with_integers + compensation_ : with_integers;
}

Decimal128 Sum::decimal_total() const {
  if (const double special = specials(); special != 0) return decimal128_from_double(special);
  // The integers may exceed int64, so they go in as two halves.
  const auto high = static_cast<std::int64_t>(integers_ >> 32);
  const auto low = static_cast<std::int64_t>(integers_ & 0xFFFFFFFF);
  Decimal128 total = decimals_;
  if (integers_ != 0) {
    const Decimal128 upper = decimal128_multiply(decimal128_from_int64(high),
                                                 decimal128_from_int64(std::int64_t{1} << 32));
    total = decimal128_add(total, decimal128_add(upper, decimal128_from_int64(low)));
  }
  if (counts_[kDouble] > 0) {
    total = decimal128_add(total, decimal128_from_double_34_digits(doubles_ + compensation_));
  }
  return total;
}

Value Sum::total() const {
  if (decimals() > 0) return Value::decimal128(decimal_total());
  if (doubles() > 0) return Value::number(double_total());
  const auto fits = [this](auto limits) {
    return integers_ >= limits.min() && integers_ <= limits.max();
  };
  if (counts_[kInt64] == 0 && fits(std::numeric_limits<std::int32_t>())) {
    return Value::int32(static_cast<std::int32_t>(integers_));
  }
  if (fits(std::numeric_limits<std::int64_t>())) {
    return Value::int64(static_cast<std::int64_t>(integers_));
  }
  return Value::number(static_cast<double>(integers_));
}

Value Sum::narrow_total() const {
  const Value total = this->total();
  if (total.view().type() != BsonType::kInt64) return total;
  const std::int64_t number = total.view().as_int64();
  const auto narrow = static_cast<std::int32_t>(number);
  return narrow == number ? Value::int32(narrow) : total;
}

Value Sum::average() const {
  if (count() == 0) return Value::null();
  if (decimals() > 0) {
    return Value::decimal128(decimal128_divide(decimal_total(), decimal128_from_int64(count())));
  }
  return Value::number(double_total() / static_cast<double>(count()));
}

}  // namespace cairn::expr
