#include "engine/expr/logarithm.h"

#include "engine/bson/decimal128.h"

#include <fmt/format.h>

#include <cmath>

namespace cairn::expr {

bool is_positive(Decimal128 value) { return compare_decimal128(value, 0.0) > 0; }

Status not_positive(std::string_view name, ErrorCode code, double number) {
  return {code, fmt::format("{}'s argument must be a positive number, but is {:g}", name, number)};
}

Result<ValueView> apply(const Logarithm& logarithm, ValueView value, Evaluation& evaluation) {
  if (!value.has_value()) return Evaluation::null();
  if (!value.is_number()) return not_numeric(logarithm.name, value);
  if (value.type() == BsonType::kDecimal128 && is_positive(value.as_decimal128())) {
    return evaluation.decimal128(logarithm.of_decimal(value.as_decimal128()));
  }
  const double number = value.to_double();
  if (number > 0 || std::isnan(number)) return evaluation.number(logarithm.of_double(number));
  return not_positive(logarithm.name, logarithm.not_positive, number);
}

}  // namespace cairn::expr
