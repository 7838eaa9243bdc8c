#include "engine/expr/number_text.h"

#include "engine/bson/decimal128_math.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>

namespace cairn::expr {
namespace {

Status not_read(std::string_view text, std::string_view reason) {
  return {ErrorCode::kConversionFailure,
          fmt::format("Failed to parse number '{}' in $convert with no onError value: {}", text,
                      reason)};
}

bool is_sign(std::string_view text) { return !text.empty() && (text[0] == '+' || text[0] == '-'); }

bool is_hexadecimal(std::string_view text) {
  return text.size() >= 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
}

template <typename T>
Result<T> read_whole(std::string_view text, int base) {
  std::string_view digits = text;
  const bool negative = !text.empty() && text[0] == '-';
  if (is_sign(text)) digits.remove_prefix(1);
  if (base == 16 && is_hexadecimal(digits)) digits.remove_prefix(2);
  if (digits.empty()) return not_read(text, "No digits");
  std::uint64_t magnitude = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), magnitude, base);
  if (end != digits.data() + digits.size()) return not_read(text, "Did not consume whole string.");
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<T>::max());
  if (error != std::errc() || magnitude > kMost + (negative ? 1 : 0)) {
    return not_read(text, "Overflow");
  }
  return static_cast<T>(negative ? 0 - magnitude : magnitude);
}

}  // namespace

Result<std::int64_t> read_int64(std::string_view text, int base) {
  return read_whole<std::int64_t>(text, base);
}

Result<std::int32_t> read_int32(std::string_view text, int base) {
  return read_whole<std::int32_t>(text, base);
}

// As C's strtod reads them, but for white space: "0x1p3" too, and one '+' more than it takes.
Result<double> read_double(std::string_view text) {
  if (text.empty()) return not_read(text, "Empty string");
  std::string_view rest = text;
  if (rest[0] == '+') rest.remove_prefix(1);
  const bool negative = !rest.empty() && rest[0] == '-';
  if (negative) rest.remove_prefix(1);
  if (is_sign(rest)) return not_read(text, "Invalid number");
  const bool hexadecimal = is_hexadecimal(rest);
  if (hexadecimal) rest.remove_prefix(2);
  double value = 0;
  const auto [end, error] =
      std::from_chars(rest.data(), rest.data() + rest.size(), value,
                      hexadecimal ? std::chars_format::hex : std::chars_format::general);
  if (error == std::errc::invalid_argument) return not_read(text, "Invalid number");
  if (end != rest.data() + rest.size()) return not_read(text, "Did not consume whole string");
  if (error != std::errc()) return not_read(text, "Out of range");
  return negative ? -value : value;
}

Result<Decimal128> read_decimal(std::string_view text) {
  const DecimalText read = decimal128_from_text(text);
  switch (read.outcome) {
    case DecimalText::kRead:
      return read.value;
    case DecimalText::kOverflow:
      return not_read(text, "Conversion from string to decimal would overflow");
    case DecimalText::kUnderflow:
      return not_read(text, "Conversion from string to decimal would underflow");
    case DecimalText::kNoNumber:
      break;
  }
  if (text.empty()) return not_read(text, "Empty string");
  return not_read(text, "Failed to parse string to decimal");
}

}  // namespace cairn::expr
