// $pow: a number raised to a power.
#include "engine/bson/decimal128.h"
#include "engine/bson/decimal128_math.h"
#include "engine/expr/numeric.h"

#include <fmt/format.h>

#include <cmath>

namespace cairn::expr {
namespace {

Status zero_to_negative() {
  return {location(28764), "$pow cannot take a base of 0 and a negative exponent"};
}

// nullopt where int64 does not hold it. REQUIRES: exponent >= 0, or base is 1 or -1.
std::optional<std::int64_t> whole_power(std::int64_t base, std::int64_t exponent) {
  if (base == 0 || base == 1) return exponent == 0 ? 1 : base;
  if (base == -1) return exponent % 2 == 0 ? 1 : -1;
  std::int64_t result = 1;
  for (std::int64_t factor = base; exponent > 0; exponent /= 2) {
    if (exponent % 2 == 1 && __builtin_mul_overflow(result, factor, &result)) return std::nullopt;
    if (exponent > 1 && __builtin_mul_overflow(factor, factor, &factor)) return std::nullopt;
  }
  return result;
}

Result<ValueView> power_of_whole(ValueView base, ValueView exponent, Evaluation& evaluation) {
  const std::int64_t number = whole_number(base);
  const std::int64_t power = whole_number(exponent);
  if (number == 0 && power < 0) return zero_to_negative();
  const bool in_reach = power >= 0 || number == 1 || number == -1;
  const std::optional<std::int64_t> result =
      in_reach ? whole_power(number, power) : std::optional<std::int64_t>();
  if (!result) {
    return evaluation.number(std::pow(static_cast<double>(number), static_cast<double>(power)));
  }
  if (base.type() == BsonType::kInt64 || exponent.type() == BsonType::kInt64) {
    return evaluation.int64(*result);
  }
  return int32_or_int64(*result, evaluation);
}

Result<ValueView> pow_of(Values values, Evaluation& evaluation) {
  const ValueView base = values[0];
  const ValueView exponent = values[1];
  if (!base.has_value() || !exponent.has_value()) return Evaluation::null();
  if (!base.is_number()) {
    return Status(location(28762),
                  fmt::format("$pow's base must be numeric, not {}", type_of(base)));
  }
  if (!exponent.is_number()) {
    return Status(location(28763),
                  fmt::format("$pow's exponent must be numeric, not {}", type_of(exponent)));
  }
  if (is_whole(base) && is_whole(exponent)) return power_of_whole(base, exponent, evaluation);
  if (base.to_double() == 0 && exponent.to_double() < 0) return zero_to_negative();
  if (base.type() == BsonType::kDecimal128 || exponent.type() == BsonType::kDecimal128) {
    return evaluation.decimal128(
        decimal128_all_digits(decimal128_power(to_decimal(base), to_decimal(exponent))));
  }
  return evaluation.number(std::pow(base.to_double(), exponent.to_double()));
}

}  // namespace

extern const Operator row_pow{.name = "$pow", .function = pow_of, .arity = {2, 2}};

}  // namespace cairn::expr
