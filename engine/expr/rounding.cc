#include "engine/expr/rounding.h"

#include "engine/bson/decimal128.h"
#include "engine/bson/number.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace cairn::expr {
namespace {

constexpr std::int64_t kLeastPlaces = -20;
constexpr std::int64_t kMostPlaces = 100;

Status no_long(ValueView value) {
  if (!value.is_number()) {
    return {location(16004),
            fmt::format("can't convert from BSON type {} to long", type_name(value.type()))};
  }
  if (value.type() == BsonType::kDecimal128) {
    return {location(31109), fmt::format("Can't coerce out of range decimal value {} to long",
                                         value.as_decimal128().to_string())};
  }
  return {location(31109),
          fmt::format("Can't coerce out of range value {:g} to long", value.as_double())};
}

// Whether an int64 holds the number once its fraction is cut.
bool fits_long(ValueView value) {
  if (value.type() == BsonType::kDouble) {
    return value.as_double() >= -kInt64End && value.as_double() < kInt64End;
  }
  if (value.type() != BsonType::kDecimal128) return value.is_number();
  const Decimal128 decimal = value.as_decimal128();
  return !decimal128_is_nan(decimal) && compare_decimal128(decimal, -kInt64End) >= 0 &&
         compare_decimal128(decimal, kInt64End) < 0;
}

Result<int> places_of(std::string_view name, ValueView value) {
  if (!fits_long(value)) return no_long(value);
  const std::optional<std::int64_t> places = value.to_int64_exact();
  using Narrow = std::numeric_limits<std::int32_t>;
  if (!places || *places < Narrow::min() || *places > Narrow::max()) {
    return Status(location(51082),
                  fmt::format("precision argument to  {} must be a integral value", name));
  }
  if (*places < kLeastPlaces || *places > kMostPlaces) {
    return Status(location(51083),
                  fmt::format("cannot apply {} with precision value {} value must be in [-20, 100]",
                              name, *places));
  }
  return static_cast<int>(*places);
}

// A number that 34 digits cannot hold with so many decimals has none to lose.
Decimal128 with_places(Decimal128 value, int places, DecimalRounding rounding) {
  if (decimal128_is_infinite(value)) return value;
  const std::optional<Decimal128> result = decimal128_quantize(value, places, rounding);
  return result ? *result : decimal128_all_digits(value);
}

double round_double(double value, int places, DecimalRounding rounding) {
  if (!std::isfinite(value)) return value;
  if (places == 0) {
    return rounding == DecimalRounding::kTowardZero ? std::trunc(value) : std::nearbyint(value);
  }
  return decimal128_to_double(
      with_places(decimal128_from_double_34_digits(value), places, rounding));
}

Result<ValueView> round_whole(std::string_view name, Values values, int places,
                              DecimalRounding rounding, Evaluation& evaluation) {
  if (places >= 0) return values[0];
  const Decimal128 exact = decimal128_from_int64(whole_number(values[0]));
  const std::optional<std::int64_t> result =
      decimal128_to_int64_exact(with_places(exact, places, rounding));
  if (!result) {
    return Status(location(51080),
                  fmt::format("invalid conversion from Decimal128 result in {} resulting from "
                              "arguments: [{}, {}]",
                              name, whole_number(values[0]), places));
  }
  if (values[0].type() == BsonType::kInt64) return evaluation.int64(*result);
  return int32_or_int64(*result, evaluation);
}

}  // namespace

Result<ValueView> to_whole(std::string_view name, ValueView value, double (*of_double)(double),
                           DecimalRounding rounding, Evaluation& evaluation) {
  if (!value.has_value()) return Evaluation::null();
  if (!value.is_number()) return not_numeric(name, value);
  if (value.type() == BsonType::kDouble) return evaluation.number(of_double(value.as_double()));
  if (value.type() != BsonType::kDecimal128) return value;
  constexpr Decimal128 kNaN{0, std::uint64_t{0x1f} << 58};
  return evaluation.decimal128(
      decimal128_quantize(value.as_decimal128(), 0, rounding).value_or(kNaN));
}

Result<ValueView> round_to_places(std::string_view name, Values values, DecimalRounding rounding,
                                  Evaluation& evaluation) {
  const ValueView value = values[0];
  if (!value.has_value()) return Evaluation::null();
  if (!value.is_number()) {
    return Status(location(51081),
                  fmt::format("{} only supports numeric types, not {}", name, type_of(value)));
  }
  int places = 0;
  if (values.size() == 2) {
    if (!values[1].has_value()) return Evaluation::null();
    CAIRN_ASSIGN_OR_RETURN(places, places_of(name, values[1]));
  }
  switch (value.type()) {
    case BsonType::kDouble:
      return evaluation.number(round_double(value.as_double(), places, rounding));
    case BsonType::kDecimal128:
      return evaluation.decimal128(with_places(value.as_decimal128(), places, rounding));
    default:
      return round_whole(name, values, places, rounding, evaluation);
  }
}

}  // namespace cairn::expr
