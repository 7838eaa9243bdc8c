#include "engine/aggregate/granularity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>

#include "engine/bson/decimal128.h"
#include "engine/expr/expression.h"

namespace cairn::aggregate {
namespace {

// One decade of each series.
constexpr double kR5[] = {10, 16, 25, 40, 63};
constexpr double kR10[] = {100, 125, 160, 200, 250, 315, 400, 500, 630, 800};
constexpr double kR20[] = {100, 112, 125, 140, 160, 180, 200, 224, 250, 280,
                           315, 355, 400, 450, 500, 560, 630, 710, 800, 900};
constexpr double kR40[] = {100, 106, 112, 118, 125, 132, 140, 150, 160, 170, 180, 190, 200,
                           212, 224, 236, 250, 265, 280, 300, 315, 355, 375, 400, 425, 450,
                           475, 500, 530, 560, 600, 630, 670, 710, 750, 800, 850, 900, 950};
// As MongoDB has it: those of the 80 that are not in R40.
constexpr double kR80[] = {103, 109, 115, 122, 128, 136, 145, 155, 165, 175, 185, 195, 206, 218,
                           230, 243, 258, 272, 290, 307, 325, 345, 365, 387, 412, 437, 462, 487,
                           515, 545, 575, 615, 650, 690, 730, 775, 825, 875, 925, 975};
constexpr double k125[] = {10, 20, 50};
constexpr double kE6[] = {10, 15, 22, 33, 47, 68};
constexpr double kE12[] = {10, 12, 15, 18, 22, 27, 33, 39, 47, 56, 68, 82};
constexpr double kE24[] = {10, 11, 12, 13, 15, 16, 18, 20, 22, 24, 27, 30,
                           33, 36, 39, 43, 47, 51, 56, 62, 68, 75, 82, 91};
constexpr double kE48[] = {100, 105, 110, 115, 121, 127, 133, 140, 147, 154, 162, 169,
                           178, 187, 196, 205, 215, 226, 237, 249, 261, 274, 287, 301,
                           316, 332, 348, 365, 383, 402, 422, 442, 464, 487, 511, 536,
                           562, 590, 619, 649, 681, 715, 750, 787, 825, 866, 909, 953};
constexpr double kE96[] = {100, 102, 105, 107, 110, 113, 115, 118, 121, 124, 127, 130, 133, 137,
                           140, 143, 147, 150, 154, 158, 162, 165, 169, 174, 178, 182, 187, 191,
                           196, 200, 205, 210, 215, 221, 226, 232, 237, 243, 249, 255, 261, 267,
                           274, 280, 287, 294, 301, 309, 316, 324, 332, 340, 348, 357, 365, 374,
                           383, 392, 402, 412, 422, 432, 442, 453, 464, 475, 487, 499, 511, 523,
                           536, 549, 562, 576, 590, 604, 619, 634, 649, 665, 681, 698, 715, 732,
                           750, 768, 787, 806, 825, 845, 866, 887, 909, 931, 953, 976};
constexpr double kE192[] = {
    100, 101, 102, 104, 105, 106, 107, 109, 110, 111, 113, 114, 115, 117, 118, 120, 121, 123,
    124, 126, 127, 129, 130, 132, 133, 135, 137, 138, 140, 142, 143, 145, 147, 149, 150, 152,
    154, 156, 158, 160, 162, 164, 165, 167, 169, 172, 174, 176, 178, 180, 182, 184, 187, 189,
    191, 193, 196, 198, 200, 203, 205, 208, 210, 213, 215, 218, 221, 223, 226, 229, 232, 234,
    237, 240, 243, 246, 249, 252, 255, 258, 261, 264, 267, 271, 274, 277, 280, 284, 287, 291,
    294, 298, 301, 305, 309, 312, 316, 320, 324, 328, 332, 336, 340, 344, 348, 352, 357, 361,
    365, 370, 374, 379, 383, 388, 392, 397, 402, 407, 412, 417, 422, 427, 432, 437, 442, 448,
    453, 459, 464, 470, 475, 481, 487, 493, 499, 505, 511, 517, 523, 530, 536, 542, 549, 556,
    562, 569, 576, 583, 590, 597, 604, 612, 619, 626, 634, 642, 649, 657, 665, 673, 681, 690,
    698, 706, 715, 723, 732, 741, 750, 759, 768, 777, 787, 796, 806, 816, 825, 835, 845, 856,
    866, 876, 887, 898, 909, 920, 931, 942, 953, 965, 976, 988};

// What the search needs of the two kinds of numbers.
struct Doubles {
  using Number = double;
  static Number from(double value) { return value; }
  static Number product(Number a, Number b) { return a * b; }
  static Number tenth(Number a) { return a / 10; }
  static bool less(Number a, Number b) { return a < b; }
  static Value value(Number a) { return Value::number(a); }
};
struct Decimals {
  using Number = Decimal128;
  static Number from(double value) { return decimal128_from_double(value); }
  static Number product(Number a, Number b) { return decimal128_multiply(a, b); }
  static Number tenth(Number a) { return decimal128_divide(a, decimal128_from_int64(10)); }
  static bool less(Number a, Number b) { return compare_decimal128(a, b) < 0; }
  static Value value(Number a) { return Value::decimal128(a); }
};

// Finds the place of a number in a series that goes on by powers of ten.
template <typename Kind>
class Search {
 public:
  using Number = typename Kind::Number;
  Search(std::span<const double> series, Number one) : series_(series), scale_(one) {}

  Number above(Number number) {
    while (!Kind::less(number, scaled(series_.back()))) up();
    while (Kind::less(number, scaled(series_.front()))) {
      const Number least = scaled(series_.front());
      down();
      if (!Kind::less(number, scaled(series_.back()))) return least;
    }
    for (const double step : series_) {
      if (Kind::less(number, scaled(step))) return scaled(step);
    }
    return number;
  }
  Number below(Number number) {
    while (!Kind::less(scaled(series_.front()), number)) down();
    while (Kind::less(scaled(series_.back()), number)) {
      const Number greatest = scaled(series_.back());
      up();
      if (!Kind::less(scaled(series_.front()), number)) return greatest;
    }
    Number last = scaled(series_.front());
    for (const double step : series_) {
      if (!Kind::less(scaled(step), number)) break;
      last = scaled(step);
    }
    return last;
  }

 private:
  Number scaled(double step) const { return Kind::product(Kind::from(step), scale_); }
  void up() { scale_ = Kind::product(scale_, Kind::from(10)); }
  void down() { scale_ = Kind::tenth(scale_); }

  std::span<const double> series_;
  Number scale_;
};

enum class Toward : bool { kUp, kDown };

class Preferred final : public Granularity {
 public:
  constexpr explicit Preferred(std::span<const double> series) : series_(series) {}
  Value round_up(ValueView number) const override { return round(number, Toward::kUp); }
  Value round_down(ValueView number) const override { return round(number, Toward::kDown); }

 private:
  Value round(ValueView number, Toward toward) const {
    const double rough = number.to_double();
    if (rough == 0 || std::isinf(rough)) return Value(number);
    if (number.type() == BsonType::kDecimal128) {
      Search<Decimals> search(series_, decimal128_from_int64(1));
      const Decimal128 exact = number.as_decimal128();
      return Value::decimal128(toward == Toward::kUp ? search.above(exact) : search.below(exact));
    }
    Search<Doubles> search(series_, 1.0);
    return Value::number(toward == Toward::kUp ? search.above(rough) : search.below(rough));
  }

  std::span<const double> series_;
};

// As MongoDB's $pow of integers gives it.
Value whole_or_fraction(double power) {
  if (power < 1 || power >= 0x1p63) return Value::number(power);
  const auto whole = static_cast<std::int64_t>(power);
  if (whole > INT32_MAX) return Value::int64(whole);
  return Value::int32(static_cast<std::int32_t>(whole));
}

class PowersOfTwo final : public Granularity {
 public:
  Value round_up(ValueView number) const override {
    const double rough = number.to_double();
    if (rough == 0 || std::isinf(rough)) return Value(number);
    return power(number, std::floor(std::log2(rough)) + 1);
  }
  Value round_down(ValueView number) const override {
    const double rough = number.to_double();
    if (rough == 0 || std::isinf(rough)) return Value(number);
    return power(number, std::ceil(std::log2(rough)) - 1);
  }

 private:
  static Value power(ValueView like, double exponent) {
    const double result = std::exp2(exponent);
    if (like.type() != BsonType::kDecimal128) return whole_or_fraction(result);
    // With all 34 digits.
    constexpr Decimal128 kOne{0x38C15B0A00000000ULL, 0x2FFE314DC6448D93ULL};
    return Value::decimal128(decimal128_multiply(decimal128_from_double_34_digits(result), kOne));
  }
};

struct Named {
  std::string_view name;
  const Granularity* granularity;
};

template <const auto& kSeries>
const Granularity* preferred() {
  static const Preferred granularity{std::span<const double>(kSeries)};
  return &granularity;
}

}  // namespace

const Granularity* find_granularity(std::string_view name) {
  static const PowersOfTwo powers;
  const Named all[] = {
      {"R5", preferred<kR5>()},   {"R10", preferred<kR10>()}, {"R20", preferred<kR20>()},
      {"R40", preferred<kR40>()}, {"R80", preferred<kR80>()}, {"1-2-5", preferred<k125>()},
      {"E6", preferred<kE6>()},   {"E12", preferred<kE12>()}, {"E24", preferred<kE24>()},
      {"E48", preferred<kE48>()}, {"E96", preferred<kE96>()}, {"E192", preferred<kE192>()},
      {"POWERSOF2", &powers}};
  for (const Named& entry : all) {
    if (entry.name == name) return entry.granularity;
  }
  return nullptr;
}

Status check_granular(ValueView value) {
  if (!value.is_number()) {
    return {location(40258), fmt::format("$bucketAuto can specify a 'granularity' with numeric "
                                         "boundaries only, but found a value with type: {}",
                                         expr::type_of(value))};
  }
  const double number = value.to_double();
  if (std::isnan(number)) {
    return {
        location(40259),
        "$bucketAuto can specify a 'granularity' with numeric boundaries only, but found a NaN"};
  }
  if (number >= 0) return Status();
  return {location(40260),
          "$bucketAuto can specify a 'granularity' with non-negative numbers only, but found a "
          "negative number"};
}

}  // namespace cairn::aggregate
