#include "engine/expr/numeric.h"

#include "engine/bson/decimal128.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace cairn::expr {
namespace {

using Domain = RealFunction::Domain;

int width(BsonType type) {
  switch (type) {
    case BsonType::kInt32:
      return 0;
    case BsonType::kInt64:
      return 1;
    case BsonType::kDouble:
      return 2;
    default:
      return 3;
  }
}

std::string_view domain_text(Domain domain) {
  switch (domain) {
    case Domain::kUnit:
      return "[-1,1]";
    case Domain::kFromOne:
      return "[1,inf]";
    default:
      return "(-inf,inf)";
  }
}

bool in_domain(Domain domain, double value) {
  switch (domain) {
    case Domain::kAll:
      return true;
    case Domain::kFinite:
      return !std::isinf(value);
    case Domain::kUnit:
      return !(value < -1 || value > 1);
    case Domain::kFromOne:
      return !(value < 1);
  }
  return true;
}

bool in_domain(Domain domain, Decimal128 value) {
  if (domain == Domain::kAll || decimal128_is_nan(value)) return true;
  if (domain == Domain::kFinite) return !decimal128_is_infinite(value);
  if (compare_decimal128(value, domain == Domain::kUnit ? -1.0 : 1.0) < 0) return false;
  return domain == Domain::kFromOne || compare_decimal128(value, 1.0) <= 0;
}

Status out_of_domain(const RealFunction& function, std::string_view value) {
  return {location(50989), fmt::format("cannot apply {} to {}, value must be in {}", function.name,
                                       value, domain_text(function.domain))};
}

}  // namespace

BsonType widest_number(BsonType a, BsonType b) { return width(a) >= width(b) ? a : b; }

Decimal128 to_decimal(ValueView number) {
  switch (number.type()) {
    case BsonType::kDecimal128:
      return number.as_decimal128();
    case BsonType::kDouble:
      return decimal128_from_double(number.as_double());
    default:
      return decimal128_from_int64(whole_number(number));
  }
}

Status not_numeric(std::string_view name, ValueView value) {
  return {location(28765),
          fmt::format("{} only supports numeric types, not {}", name, type_of(value))};
}

ValueView int32_or_int64(std::int64_t value, Evaluation& evaluation) {
  using Narrow = std::numeric_limits<std::int32_t>;
  if (value < Narrow::min() || value > Narrow::max()) return evaluation.int64(value);
  return evaluation.int32(static_cast<std::int32_t>(value));
}

Result<ValueView> apply(const RealFunction& function, ValueView value, Evaluation& evaluation) {
  if (!value.has_value()) return Evaluation::null();
  if (!value.is_number()) return not_numeric(function.name, value);
  if (value.type() == BsonType::kDecimal128) {
    const Decimal128 decimal = value.as_decimal128();
    if (!in_domain(function.domain, decimal)) return out_of_domain(function, decimal.to_string());
    return evaluation.decimal128(function.of_decimal(decimal));
  }
  const double number = value.to_double();
  if (!in_domain(function.domain, number)) {
    return out_of_domain(function, fmt::format("{:g}", number));
  }
  return evaluation.number(function.of_double(number));
}

}  // namespace cairn::expr
