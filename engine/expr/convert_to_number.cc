// To int32, int64, double and decimal128.
#include "engine/bson/decimal128.h"
#include "engine/bson/decimal128_math.h"
#include "engine/bson/number.h"
#include "engine/expr/conversion.h"
#include "engine/expr/number_text.h"
#include "engine/expr/numeric.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace cairn::expr {
namespace {

Status overflow(const std::string& shown) {
  return conversion_failure(
      "Conversion would overflow target type in $convert with no onError value: " + shown);
}

Status no_integer(std::string_view what) {
  return conversion_failure(fmt::format(
      "Attempt to convert {} value to integer type in $convert with no onError value", what));
}

ValueView whole_as(BsonType type, std::int64_t value, Evaluation& evaluation) {
  switch (type) {
    case BsonType::kInt32:
      return evaluation.int32(static_cast<std::int32_t>(value));
    case BsonType::kInt64:
      return evaluation.int64(value);
    case BsonType::kDouble:
      return evaluation.number(static_cast<double>(value));
    default:
      return evaluation.decimal128(decimal128_from_int64(value));
  }
}

Result<ValueView> from_text(std::string_view text, const Conversion& conversion,
                            Evaluation& evaluation) {
  if (text.starts_with("0x") || text.starts_with("0X")) {
    return conversion_failure(
        fmt::format("Illegal hexadecimal input in $convert with no onError value: {}", text));
  }
  const int base = conversion.base.value_or(10);
  if (conversion.to == BsonType::kInt32) {
    CAIRN_ASSIGN_OR_RETURN(const std::int32_t value, read_int32(text, base));
    return evaluation.int32(value);
  }
  if (conversion.to == BsonType::kDouble && !conversion.base) {
    CAIRN_ASSIGN_OR_RETURN(const double value, read_double(text));
    return evaluation.number(value);
  }
  if (conversion.to == BsonType::kDecimal128 && !conversion.base) {
    CAIRN_ASSIGN_OR_RETURN(const Decimal128 value, read_decimal(text));
    return evaluation.decimal128(value);
  }
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t value, read_int64(text, base));
  return whole_as(conversion.to, value, evaluation);
}

// A fraction is cut only after the range is checked.
Status check_int32_range(ValueView number) {
  using Narrow = std::numeric_limits<std::int32_t>;
  if (number.type() == BsonType::kDouble) {
    const double value = number.as_double();
    const bool fits = value >= Narrow::min() && value <= Narrow::max();
    return fits ? Status() : overflow(fmt::format("{:g}", value));
  }
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t whole, truncated_to_int64(number));
  if (whole >= Narrow::min() && whole <= Narrow::max()) return Status();
  return overflow(number.type() == BsonType::kDecimal128 ? number.as_decimal128().to_string() : "");
}

Result<ValueView> decimal_to_double(Decimal128 decimal, Evaluation& evaluation) {
  const std::optional<double> value = decimal128_to_double_in_range(decimal);
  if (!value) return overflow(decimal.to_string());
  return evaluation.number(*value);
}

Result<ValueView> from_number(ValueView number, BsonType to, Evaluation& evaluation) {
  if (number.type() == to) return number;
  if (to == BsonType::kDecimal128) return evaluation.decimal128(to_decimal(number));
  if (to == BsonType::kDouble) {
    if (number.type() == BsonType::kDecimal128) {
      return decimal_to_double(number.as_decimal128(), evaluation);
    }
    return evaluation.number(number.to_double());
  }
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t whole, truncated_to_int64(number));
  if (to == BsonType::kInt32) CAIRN_RETURN_IF_ERROR(check_int32_range(number));
  return whole_as(to, whole, evaluation);
}

template <typename T>
T load_ordered(std::span<const std::uint8_t> bytes, ByteOrder order) {
  std::uint8_t ordered[sizeof(T)];
  std::ranges::copy(bytes, ordered);
  if (order == ByteOrder::kBig) std::ranges::reverse(ordered);
  return bson_detail::load<T>(ordered);
}

Result<ValueView> from_binary(BinaryView binary, const Conversion& conversion,
                              Evaluation& evaluation) {
  const std::span<const std::uint8_t> bytes = binary.bytes;
  const ByteOrder order = conversion.byte_order;
  if (conversion.to == BsonType::kDouble) {
    if (bytes.size() == 4) return evaluation.number(load_ordered<float>(bytes, order));
    if (bytes.size() == 8) return evaluation.number(load_ordered<double>(bytes, order));
  } else if (bytes.size() == 1) {
    return whole_as(conversion.to, load_ordered<std::int8_t>(bytes, order), evaluation);
  } else if (bytes.size() == 2) {
    return whole_as(conversion.to, load_ordered<std::int16_t>(bytes, order), evaluation);
  } else if (bytes.size() == 4) {
    return whole_as(conversion.to, load_ordered<std::int32_t>(bytes, order), evaluation);
  } else if (bytes.size() == 8 && conversion.to == BsonType::kInt64) {
    return evaluation.int64(load_ordered<std::int64_t>(bytes, order));
  }
  return conversion_failure(
      fmt::format("Failed to convert '{}' to number in $convert because of invalid length: {}",
                  shown_binary(binary), bytes.size()));
}

}  // namespace

Result<std::int64_t> truncated_to_int64(ValueView number) {
  if (number.type() == BsonType::kDouble) {
    const double value = number.as_double();
    if (std::isnan(value)) return no_integer("NaN");
    if (std::isinf(value)) return no_integer("infinity");
    if (!(value >= -kInt64End && value < kInt64End)) return overflow(fmt::format("{:g}", value));
    return static_cast<std::int64_t>(value);
  }
  if (number.type() != BsonType::kDecimal128) return whole_number(number);
  const Decimal128 value = number.as_decimal128();
  if (decimal128_is_nan(value)) return no_integer("NaN");
  if (decimal128_is_infinite(value)) return no_integer("infinity");
  if (compare_decimal128(value, kInt64End) >= 0 ||
      compare_decimal128(
          decimal128_quantize(value, 0, DecimalRounding::kTowardZero).value_or(value), -kInt64End) <
          0) {
    return overflow(value.to_string());
  }
  return decimal128_to_int64_clamped(value);
}

Result<ValueView> convert_to_number(ValueView value, const Conversion& conversion,
                                    Evaluation& evaluation) {
  if (value.is_number()) return from_number(value, conversion.to, evaluation);
  switch (value.type()) {
    case BsonType::kString:
    case BsonType::kSymbol:
      return from_text(value.as_string(), conversion, evaluation);
    case BsonType::kBool:
      return whole_as(conversion.to, value.as_bool() ? 1 : 0, evaluation);
    case BsonType::kDate:
      if (conversion.to == BsonType::kInt32) break;
      return whole_as(conversion.to, value.as_date().milliseconds, evaluation);
    case BsonType::kBinary:
      if (conversion.to == BsonType::kDecimal128) break;
      return from_binary(value.as_binary(), conversion, evaluation);
    default:
      break;
  }
  return unsupported_conversion(value, conversion);
}

}  // namespace cairn::expr
