// Decimal128 beyond the corpus: arithmetic and conversions.
#include "engine/bson/decimal128.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace cairn {
namespace {

Decimal128 decimal(std::string_view text) { return *Decimal128::from_string(text); }

// What MongoDB's $toDecimal answers.
TEST(Decimal128, FromDoubleKeepsFifteenDigits) {
  const auto text = [](double value) { return decimal128_from_double(value).to_string(); };
  EXPECT_EQ(text(0.1), "0.100000000000000");
  EXPECT_EQ(text(2.5), "2.50000000000000");
  EXPECT_EQ(text(10), "10.0000000000000");
  EXPECT_EQ(text(0), "0");
  EXPECT_EQ(text(-0.0), "-0");
  EXPECT_EQ(text(1e300), "1.00000000000000E+300");
  EXPECT_EQ(text(123456789012345678), "1.23456789012346E+17");
  EXPECT_EQ(text(1e14), "100000000000000");
  EXPECT_EQ(text(999999999999999.9), "1.00000000000000E+15");
  EXPECT_EQ(text(99999999999999.95), "100000000000000");
  EXPECT_EQ(text(5e-324), "4.94065645841247E-324");
  EXPECT_EQ(text(std::nan("")), "NaN");
  EXPECT_EQ(text(-HUGE_VAL), "-Infinity");
}

TEST(Decimal128, ToIntegers) {
  EXPECT_EQ(decimal128_to_int64_exact(decimal("42.00")), 42);
  EXPECT_EQ(decimal128_to_int64_exact(decimal("42.5")), std::nullopt);
  EXPECT_EQ(decimal128_to_int64_exact(decimal("9223372036854775807")), INT64_MAX);
  EXPECT_EQ(decimal128_to_int64_exact(decimal("9223372036854775808")), std::nullopt);
  EXPECT_EQ(decimal128_to_int64_exact(decimal("-9223372036854775808")), INT64_MIN);
  EXPECT_EQ(decimal128_to_int64_exact(decimal("NaN")), std::nullopt);
  EXPECT_EQ(decimal128_to_int64_exact(decimal("Infinity")), std::nullopt);
  EXPECT_EQ(decimal128_to_int64_clamped(decimal("-42.9")), -42);
  EXPECT_EQ(decimal128_to_int64_clamped(decimal("1E+100")), INT64_MAX);
  EXPECT_EQ(decimal128_to_int64_clamped(decimal("-Infinity")), INT64_MIN);
  EXPECT_EQ(decimal128_to_int64_clamped(decimal("NaN")), 0);
}

TEST(Decimal128, Arithmetic) {
  EXPECT_EQ(decimal128_add(decimal("0.1"), decimal("0.2")).to_string(), "0.3");
  EXPECT_EQ(decimal128_subtract(decimal("1.00"), decimal("1")).to_string(), "0.00");
  EXPECT_EQ(decimal128_multiply(decimal("1.5"), decimal("-2")).to_string(), "-3.0");
  EXPECT_EQ(decimal128_divide(decimal("1"), decimal("3")).to_string(),
            "0.3333333333333333333333333333333333");
  EXPECT_EQ(decimal128_divide(decimal("1"), decimal("0")).to_string(), "Infinity");
  EXPECT_EQ(decimal128_remainder(decimal("-7"), decimal("3")).to_string(), "-1");
  EXPECT_EQ(decimal128_remainder(decimal("5.5"), decimal("2")).to_string(), "1.5");
}

TEST(Decimal128, ToDoubleRoundsToNearest) {
  EXPECT_EQ(decimal128_to_double(decimal("0.1")), 0.1);
  EXPECT_EQ(decimal128_to_double(decimal("1E+400")), HUGE_VAL);
  EXPECT_EQ(decimal128_to_double(decimal("1E-400")), 0);
  EXPECT_TRUE(std::isnan(decimal128_to_double(decimal("NaN"))));
}

TEST(Decimal128, NonCanonicalReadsAsZero) {
  const Decimal128 second_form{1, std::uint64_t{0x6C10} << 48};
  EXPECT_TRUE(decimal128_is_zero(second_form));
  EXPECT_EQ(second_form.to_string().substr(0, 1), "0");
  const Decimal128 too_large{~std::uint64_t{0}, 0x3041'ffff'ffff'ffff};  // 2^113 - 1
  EXPECT_TRUE(decimal128_is_zero(too_large));
  EXPECT_EQ(too_large.to_string(), "0");
}

TEST(Decimal128, TextErrorsNameTheText) {
  const Status status = Decimal128::from_string("1.2.3").status();
  EXPECT_EQ(status.code(), ErrorCode::kBadValue);
  EXPECT_EQ(status.message(), "not a decimal number: '1.2.3'");
  EXPECT_FALSE(Decimal128::from_string("12345678901234567890123456789012345").ok());
  EXPECT_TRUE(Decimal128::from_string("12345678901234567890123456789012340").ok());
  EXPECT_FALSE(Decimal128::from_string("1E+99999999999999999999").ok());
  EXPECT_EQ(decimal("0E+99999999999999999999").to_string(), "0E+6111");
}

}  // namespace
}  // namespace cairn
