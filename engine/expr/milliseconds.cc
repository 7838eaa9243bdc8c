#include "engine/expr/milliseconds.h"

#include "engine/bson/decimal128_math.h"
#include "engine/bson/number.h"
#include "engine/expr/numeric.h"

#include <cmath>

namespace cairn::expr {

std::optional<std::int64_t> rounded_milliseconds(double number) {
  const double rounded = std::round(number);
  if (!(rounded >= -kInt64End && rounded < kInt64End)) return std::nullopt;
  return static_cast<std::int64_t>(rounded);
}

std::optional<std::int64_t> rounded_milliseconds(Decimal128 number) {
  return decimal128_to_int64_nearest(number);
}

std::optional<std::int64_t> rounded_milliseconds(ValueView number) {
  switch (number.type()) {
    case BsonType::kDouble:
      return rounded_milliseconds(number.as_double());
    case BsonType::kDecimal128:
      return rounded_milliseconds(number.as_decimal128());
    default:
      return whole_number(number);
  }
}

Status date_overflow() { return {ErrorCode::kOverflow, "date overflow"}; }

}  // namespace cairn::expr
