// Exact comparison of numbers of mixed types.
#include "engine/bson/number.h"

#include "engine/bson/decimal128.h"

namespace cairn {
namespace {

std::int64_t whole_of(ValueView value) {
  return value.type() == BsonType::kInt32 ? value.as_int32() : value.as_int64();
}

// `a` is a decimal, `b` any number.
std::weak_ordering compare_decimal_number(ValueView a, ValueView b) {
  switch (b.type()) {
    case BsonType::kDecimal128:
      return compare_decimal128(a.as_decimal128(), b.as_decimal128());
    case BsonType::kDouble:
      return compare_decimal128(a.as_decimal128(), b.as_double());
    default:
      return compare_decimal128(a.as_decimal128(), decimal128_from_int64(whole_of(b)));
  }
}

}  // namespace

std::weak_ordering compare_doubles(double a, double b) {
  if (a < b) return std::weak_ordering::less;
  if (a > b) return std::weak_ordering::greater;
  if (a == b) return std::weak_ordering::equivalent;
  const bool a_nan = a != a;
  const bool b_nan = b != b;
  return b_nan <=> a_nan;
}

std::weak_ordering compare_int64_double(std::int64_t a, double b) {
  if (b != b || b < -kInt64End) return std::weak_ordering::greater;
  if (b >= kInt64End) return std::weak_ordering::less;
  const auto whole = static_cast<std::int64_t>(b);
  if (a != whole) return a <=> whole;
  return compare_doubles(0, b - static_cast<double>(whole));
}

std::weak_ordering compare_numbers(ValueView a, ValueView b) {
  if (a.type() == BsonType::kDecimal128) return compare_decimal_number(a, b);
  if (b.type() == BsonType::kDecimal128) return 0 <=> compare_decimal_number(b, a);
  const bool a_double = a.type() == BsonType::kDouble;
  const bool b_double = b.type() == BsonType::kDouble;
  if (a_double && b_double) return compare_doubles(a.as_double(), b.as_double());
  if (a_double) return 0 <=> compare_int64_double(whole_of(b), a.as_double());
  if (b_double) return compare_int64_double(whole_of(a), b.as_double());
  return whole_of(a) <=> whole_of(b);
}

}  // namespace cairn
