#include "engine/expr/arithmetic.h"

#include "engine/bson/decimal128.h"
#include "engine/expr/numeric.h"

#include <cmath>
#include <limits>

namespace cairn::expr {
namespace {

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

}  // namespace cairn::expr
