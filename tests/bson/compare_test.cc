// MongoDB's total order: fixed pairs that are easily got wrong, and random values against an
// independent oracle.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include <cairn/bson.h>

#include "engine/bson/decimal128.h"

namespace cairn {
namespace {

Value value_of(const std::string& json) {
  auto document = from_json("{\"v\":" + json + "}");
  EXPECT_TRUE(document.ok()) << json << ": " << document.status().to_string();
  return Value((*document)["v"]);
}

// Strictly ascending; the texts of one line are equal to each other. MongoDB's engine gives the
// same answers.
const std::vector<std::vector<std::string>> kOrder = {
    {R"({"$minKey":1})"},
    {R"({"$undefined":true})"},
    {"null"},
    {R"({"$numberDouble":"NaN"})", R"({"$numberDecimal":"NaN"})"},
    {R"({"$numberDouble":"-Infinity"})", R"({"$numberDecimal":"-Infinity"})"},
    {R"({"$numberDecimal":"-1E+400"})"},
    {"-1e308"},
    {R"({"$numberLong":"-9223372036854775808"})", "-9223372036854775808.0",
     R"({"$numberDecimal":"-9223372036854775808"})"},
    {R"({"$numberLong":"-9223372036854775807"})"},
    {"-1", "-1.0", R"({"$numberLong":"-1"})", R"({"$numberDecimal":"-1.00"})"},
    {R"({"$numberDecimal":"-1E-6176"})"},
    {"0", "0.0", "-0.0", R"({"$numberDecimal":"-0"})", R"({"$numberDecimal":"0E+6111"})"},
    {R"({"$numberDecimal":"1E-6176"})"},
    {R"({"$numberDecimal":"1E-400"})"},
    {"5e-324"},
    {R"({"$numberDecimal":"0.1"})"},
    // 0.1 as a double is 0.1000000000000000055511151231257827021…
    {R"({"$numberDecimal":"0.1000000000000000055511151231257827"})"},
    {"0.1"},
    {R"({"$numberDecimal":"0.1000000000000000055511151231257828"})"},
    {"0.5", R"({"$numberDecimal":"0.5"})"},
    {R"({"$numberLong":"9007199254740992"})", "9007199254740992.0"},
    {R"({"$numberLong":"9007199254740993"})", R"({"$numberDecimal":"9007199254740993"})"},
    {R"({"$numberLong":"9223372036854775807"})"},
    {"9223372036854775808.0", R"({"$numberDecimal":"9223372036854775808"})"},
    {"1e308"},
    {R"({"$numberDecimal":"1E+400"})"},
    {R"({"$numberDouble":"Infinity"})", R"({"$numberDecimal":"Infinity"})"},
    {R"("")", R"({"$symbol":""})"},
    {R"("a")", R"({"$symbol":"a"})"},
    {R"("a\u0000b")"},
    {R"("aa")"},
    {R"("b")"},
    {R"("é")"},
    {R"("\uffff")"},
    {R"("\ud83d\ude00")"},
    {"{}"},
    {R"({"b":null})"},
    {R"({"a":1})", R"({"a":1.0})"},
    {R"({"a":1,"b":0})"},
    {R"({"b":0})"},  // both are numbers, so the names decide
    {R"({"a":"x"})"},
    {"[]"},
    {"[null]"},
    {"[1]", "[1.0]"},
    {"[1,0]"},
    {"[2]"},
    {R"(["a"])"},
    {R"([[]])"},
    {R"({"$binary":{"base64":"","subType":"80"}})"},
    {R"({"$binary":{"base64":"/w==","subType":"00"}})"},
    {R"({"$binary":{"base64":"AA==","subType":"05"}})"},
    {R"({"$binary":{"base64":"AAA=","subType":"00"}})"},
    {R"({"$oid":"000000000000000000000001"})"},
    {R"({"$oid":"ff0000000000000000000000"})"},
    {"false"},
    {"true"},
    {R"({"$date":{"$numberLong":"-1"}})"},
    {R"({"$date":{"$numberLong":"0"}})"},
    {R"({"$timestamp":{"t":0,"i":1}})"},
    {R"({"$timestamp":{"t":1,"i":0}})"},
    {R"({"$timestamp":{"t":4294967295,"i":0}})"},
    {R"({"$regularExpression":{"pattern":"a","options":""}})"},
    {R"({"$regularExpression":{"pattern":"a","options":"i"}})"},
    {R"({"$regularExpression":{"pattern":"b","options":""}})"},
    {R"({"$dbPointer":{"$ref":"b","$id":{"$oid":"000000000000000000000000"}}})"},
    {R"({"$dbPointer":{"$ref":"aa","$id":{"$oid":"000000000000000000000000"}}})"},
    {R"({"$code":"a"})"},
    {R"({"$code":"a","$scope":{}})"},
    {R"({"$code":"a","$scope":{"x":1}})"},
    {R"({"$code":"b","$scope":{}})"},
    {R"({"$maxKey":1})"},
};

TEST(Compare, FixedOrder) {
  for (std::size_t i = 0; i < kOrder.size(); ++i) {
    for (std::size_t j = 0; j < kOrder.size(); ++j) {
      for (const std::string& a : kOrder[i]) {
        for (const std::string& b : kOrder[j]) {
          EXPECT_EQ(compare(value_of(a), value_of(b)), std::weak_order(i, j)) << a << " and " << b;
        }
      }
    }
  }
}

TEST(Compare, MissingIsUndefinedAndBelowNull) {
  const Value undefined = value_of(R"({"$undefined":true})");
  EXPECT_EQ(compare(ValueView(), undefined), std::weak_ordering::equivalent);
  EXPECT_EQ(compare(ValueView(), ValueView()), std::weak_ordering::equivalent);
  EXPECT_EQ(compare(ValueView(), Value::null()), std::weak_ordering::less);
  EXPECT_EQ(compare(ValueView(), value_of(R"({"$minKey":1})")), std::weak_ordering::greater);
}

// An exact number as sign * digits * 10^exponent, from whatever type: the oracle aligns digits as
// text.
struct Exact {
  bool negative = false;
  std::string digits;  // no leading zeros; empty is zero
  long exponent = 0;   // of the last digit
};

void strip(Exact& number) {
  number.digits.erase(0, std::min(number.digits.find_first_not_of('0'), number.digits.size()));
}

Exact exact_of_text(std::string text) {
  Exact number;
  if (text[0] == '-') {
    number.negative = true;
    text.erase(0, 1);
  }
  if (const auto e = text.find_first_of("eE"); e != text.npos) {
    number.exponent = std::stol(text.substr(e + 1));
    text.resize(e);
  }
  if (const auto point = text.find('.'); point != text.npos) {
    number.exponent -= static_cast<long>(text.size() - point - 1);
    text.erase(point, 1);
  }
  number.digits = text;
  strip(number);
  return number;
}

Exact exact_of(const Value& value) {
  const ValueView view = value;
  switch (view.type()) {
    case BsonType::kDouble: {
      char text[1200];  // enough for every digit of the smallest double
      std::snprintf(text, sizeof text, "%.1100f", view.as_double());
      return exact_of_text(text);
    }
    case BsonType::kDecimal128:
      return exact_of_text(view.as_decimal128().to_string());
    case BsonType::kInt32:
      return exact_of_text(std::to_string(view.as_int32()));
    default:
      return exact_of_text(std::to_string(view.as_int64()));
  }
}

std::weak_ordering compare_exact(Exact a, Exact b) {
  if (a.digits.empty() || b.digits.empty()) {
    const int x = a.digits.empty() ? 0 : (a.negative ? -1 : 1);
    const int y = b.digits.empty() ? 0 : (b.negative ? -1 : 1);
    return x <=> y;
  }
  if (a.negative != b.negative) return b.negative <=> a.negative;
  const long a_top = a.exponent + static_cast<long>(a.digits.size());
  const long b_top = b.exponent + static_cast<long>(b.digits.size());
  std::weak_ordering magnitudes = a_top <=> b_top;
  if (magnitudes == 0) {
    const std::size_t width = std::max(a.digits.size(), b.digits.size());
    a.digits.resize(width, '0');
    b.digits.resize(width, '0');
    magnitudes = a.digits.compare(b.digits) <=> 0;
  }
  return a.negative ? 0 <=> magnitudes : magnitudes;
}

class Numbers {
 public:
  // Near a common anchor, so that equal and nearly equal numbers of different types are frequent.
  Value next(std::int64_t anchor) {
    const std::int64_t whole = anchor + static_cast<std::int64_t>(random_() % 3) - 1;
    const double scale = std::ldexp(1.0, static_cast<int>(random_() % 80) - 40);
    switch (random_() % 6) {
      case 0:
        return Value::int32(static_cast<std::int32_t>(whole));
      case 1:
        return Value::int64(whole);
      case 2:
        return Value::number(static_cast<double>(whole));
      case 3:
        return Value::number(static_cast<double>(whole) * scale);
      case 4:
        return Value::decimal128(
            decimal128_from_double_34_digits(static_cast<double>(whole) * scale));
      default:
        return Value::decimal128(*Decimal128::from_string(std::to_string(whole) + "." +
                                                          std::to_string(random_() % 1000)));
    }
  }
  std::int64_t anchor() {
    const int bits = static_cast<int>(random_() % 63);
    const auto size = static_cast<std::int64_t>(random_() >> (63 - bits));
    return random_() % 2 == 0 ? size : -size;
  }

 private:
  std::mt19937_64 random_{20240607};
};

TEST(Compare, RandomNumbersAgreeWithExactArithmetic) {
  Numbers numbers;
  constexpr int kPairs = 20000;
  int equal = 0;
  for (int i = 0; i < kPairs; ++i) {
    const std::int64_t anchor = numbers.anchor();
    const Value a = numbers.next(anchor);
    const Value b = numbers.next(anchor);
    const std::weak_ordering expected = compare_exact(exact_of(a), exact_of(b));
    equal += expected == 0 ? 1 : 0;
    ASSERT_EQ(compare(a, b), expected)
        << to_json(a, JsonMode::kCanonical) << " and " << to_json(b, JsonMode::kCanonical);
    ASSERT_EQ(compare(b, a), 0 <=> expected);
  }
  EXPECT_GT(equal, kPairs / 100) << "the numbers are too far apart to test anything";
}

TEST(Compare, IsTransitiveOverTheFixedValues) {
  std::vector<Value> values;
  for (const auto& line : kOrder) {
    for (const std::string& json : line) values.push_back(value_of(json));
  }
  std::mt19937 random(7);
  std::shuffle(values.begin(), values.end(), random);
  std::sort(values.begin(), values.end(),
            [](const Value& a, const Value& b) { return compare(a, b) < 0; });
  for (std::size_t i = 0; i + 1 < values.size(); ++i) {
    for (std::size_t j = i + 1; j < values.size(); ++j) {
      EXPECT_TRUE(compare(values[i], values[j]) <= 0);
    }
  }
}

}  // namespace
}  // namespace cairn
