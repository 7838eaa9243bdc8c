// Decimal128 from and to text. Source: the specification "BSON Decimal128 Type Handling in
// Drivers".
//
// Encoding (BID, high to low): sign (1 bit), exponent + 6176 (14 bits), coefficient (113 bits). A
// number whose combination bits start with 11 would have a coefficient past 10^34 - 1: it is not
// canonical and reads as zero.
#include <algorithm>
#include <array>
#include <charconv>

#include <cairn/bson.h>

#include "engine/bson/bid.h"
#include "engine/bson/decimal128.h"

namespace cairn {
namespace {

__extension__ using Coefficient = unsigned __int128;

constexpr int kDigits = 34;
constexpr std::int64_t kMinExponent = -6176;
constexpr std::int64_t kMaxExponent = 6111;
constexpr std::uint64_t kSign = std::uint64_t{1} << 63;
constexpr std::uint64_t kInfinity = std::uint64_t{0x1e} << 58;
constexpr std::uint64_t kNaN = std::uint64_t{0x1f} << 58;

constexpr Coefficient power_of_ten(int n) {
  Coefficient power = 1;
  while (n-- > 0) power *= 10;
  return power;
}
constexpr Coefficient kMaxCoefficient = power_of_ten(kDigits) - 1;

// The number in the middle of being read: coefficient * 10^exponent.
struct Number {
  Coefficient coefficient = 0;
  std::int64_t exponent = 0;
  int digits = 0;     // of the coefficient, at most kDigits
  bool exact = true;  // false once a digit other than 0 did not fit
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

void add_digit(Number& number, char c) {
  if (number.digits == 0 && c == '0') return;
  if (number.digits < kDigits) {
    number.coefficient = number.coefficient * 10 + static_cast<unsigned>(c - '0');
    ++number.digits;
    return;
  }
  ++number.exponent;
  if (c != '0') number.exact = false;
}

// Digits with at most one point in them; moves `at` past them. False where there is no digit.
bool read_digits(std::string_view text, std::size_t& at, Number& number) {
  bool any = false;
  bool point = false;
  for (; at < text.size(); ++at) {
    if (text[at] == '.' && !point) {
      point = true;
    } else if (is_digit(text[at])) {
      any = true;
      add_digit(number, text[at]);
      if (point) --number.exponent;
    } else {
      break;
    }
  }
  return any;
}

// "E" sign digits, up to the end of the text. An exponent that no int64 holds becomes a huge one.
bool read_exponent(std::string_view text, Number& number) {
  if (text.empty()) return true;
  if (text[0] != 'e' && text[0] != 'E') return false;
  text.remove_prefix(1);
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) return false;
  constexpr std::int64_t kHuge = 1'000'000'000'000;
  std::int64_t exponent = 0;
  for (const char c : text) exponent = std::min(kHuge, exponent * 10 + (c - '0'));
  number.exponent += negative ? -exponent : exponent;
  return true;
}

// Brings the exponent into range by moving zeros between it and the coefficient; false where that
// loses digits.
bool clamp_exponent(Number& number) {
  if (number.coefficient == 0) {
    number.exponent = std::clamp(number.exponent, kMinExponent, kMaxExponent);
    return true;
  }
  for (; number.exponent < kMinExponent && number.coefficient % 10 == 0; ++number.exponent) {
    number.coefficient /= 10;
  }
  if (number.exponent > kMaxExponent && number.exponent - kMaxExponent <= kDigits - number.digits) {
    number.coefficient *= power_of_ten(static_cast<int>(number.exponent - kMaxExponent));
    number.exponent = kMaxExponent;
  }
  return number.exponent >= kMinExponent && number.exponent <= kMaxExponent;
}

Decimal128 encode(const Number& number, std::uint64_t sign) {
  const auto exponent = static_cast<std::uint64_t>(number.exponent + kBias);
  return {static_cast<std::uint64_t>(number.coefficient),
          sign | (exponent << 49) | static_cast<std::uint64_t>(number.coefficient >> 64)};
}

Status bad_decimal(std::string_view what, std::string_view text) {
  constexpr std::size_t kShown = 100;
  return {ErrorCode::kBadValue,
          std::string(what) + ": '" + std::string(text.substr(0, kShown)) + "'"};
}

std::string digits_of(Coefficient coefficient) {
  std::array<char, kDigits + 5> text;
  auto at = text.end();
  do {
    *--at = static_cast<char>('0' + static_cast<int>(coefficient % 10));
    coefficient /= 10;
  } while (coefficient != 0);
  return {at, text.end()};
}

std::string scientific(const std::string& digits, std::int64_t exponent) {
  std::string text = digits.substr(0, 1);
  if (digits.size() > 1) text.append(".").append(digits, 1);
  return text + (exponent < 0 ? "E" : "E+") + std::to_string(exponent);
}

// REQUIRES: exponent <= 0.
std::string plain(const std::string& digits, std::int64_t exponent) {
  if (exponent == 0) return digits;
  const auto decimals = static_cast<std::size_t>(-exponent);
  if (decimals < digits.size()) {
    return digits.substr(0, digits.size() - decimals) + "." +
           digits.substr(digits.size() - decimals);
  }
  return "0." + std::string(decimals - digits.size(), '0') + digits;
}

}  // namespace

Decimal128 decimal128_from_double(double value) {
  if (value == 0 || value != value) return decimal128_from_double_34_digits(value);
  std::array<char, 40> text;
  constexpr int kDecimals = 14;  // and one digit before the point
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value,
                                 std::chars_format::scientific, kDecimals);
  const std::string_view written(text.data(), static_cast<std::size_t>(end.ptr - text.data()));
  return *Decimal128::from_string(written);  // infinity is written "inf"
}

Result<Decimal128> Decimal128::from_string(std::string_view text) {
  std::string_view rest = text;
  const std::uint64_t sign = !rest.empty() && rest[0] == '-' ? kSign : 0;
  if (!rest.empty() && (rest[0] == '-' || rest[0] == '+')) rest.remove_prefix(1);
  if (equals_ignoring_case(rest, "inf") || equals_ignoring_case(rest, "infinity")) {
    return Decimal128{0, sign | kInfinity};
  }
  if (equals_ignoring_case(rest, "nan")) return Decimal128{0, kNaN};

  Number number;
  std::size_t at = 0;
  if (!read_digits(rest, at, number) || !read_exponent(rest.substr(at), number)) {
    return bad_decimal("not a decimal number", text);
  }
  if (!number.exact) return bad_decimal("a decimal has at most 34 significant digits", text);
  if (!clamp_exponent(number)) return bad_decimal("a decimal's exponent is out of range", text);
  return encode(number, sign);
}

std::string Decimal128::to_string() const {
  if (decimal128_is_nan(*this)) return "NaN";
  const std::string sign = decimal128_is_negative(*this) ? "-" : "";
  if (decimal128_is_infinite(*this)) return sign + "Infinity";

  const bool second_form = (high >> 61 & 3) == 3;  // never canonical: the coefficient is too large
  const auto biased = static_cast<std::int64_t>(high >> (second_form ? 47 : 49) & 0x3fff);
  Coefficient coefficient = Coefficient{high & ((std::uint64_t{1} << 49) - 1)} << 64 | low;
  if (second_form || coefficient > kMaxCoefficient) coefficient = 0;

  const std::string digits = digits_of(coefficient);
  const std::int64_t exponent = biased - kBias;
  const std::int64_t leading = exponent + static_cast<std::int64_t>(digits.size()) - 1;
  constexpr std::int64_t kSmallestPlain = -6;
  if (exponent > 0 || leading < kSmallestPlain) return sign + scientific(digits, leading);
  return sign + plain(digits, exponent);
}

}  // namespace cairn
