#include "tests/index/key_random.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <limits>

namespace cairn::key {
namespace {

using Kind = Token::Kind;

int below(Random& random, int limit) {
  return static_cast<int>(random() % static_cast<unsigned>(limit));
}

double random_pattern(Random& random) { return std::bit_cast<double>(random()); }

double step(double value, int steps) {
  const double target = steps < 0 ? -std::numeric_limits<double>::infinity()
                                  : std::numeric_limits<double>::infinity();
  for (; steps != 0; steps += steps < 0 ? 1 : -1) value = std::nextafter(value, target);
  return value;
}

std::int64_t random_integer(Random& random) {
  const std::int64_t near = below(random, 5) - 2;
  switch (below(random, 6)) {
    case 0:
      return near;
    case 1:
      return below(random, 1000);
    case 2: {
      const auto power = std::uint64_t{1} << below(random, 64);
      return static_cast<std::int64_t>(power + static_cast<std::uint64_t>(near));
    }
    case 3: {
      const auto power = static_cast<std::uint64_t>(kPowersOfTen[below(random, 19)]);
      return static_cast<std::int64_t>(power + static_cast<std::uint64_t>(near)) *
             (below(random, 2) ? 1 : -1);
    }
    default:
      return static_cast<std::int64_t>(random()) >> below(random, 64);
  }
}

double random_double(Random& random) {
  switch (below(random, 8)) {
    case 0:
      return random_pattern(random);
    case 1:
      return step(static_cast<double>(random_integer(random)), below(random, 5) - 2);
    case 2:
      return step(std::ldexp(1.0, below(random, 2200) - 1100), below(random, 5) - 2);
    case 3:  // integers with a few bits of fraction
      return std::ldexp(static_cast<double>(random_integer(random)), -below(random, 12));
    case 4:  // prices
      return (below(random, 200000) - 100000) / 100.0;
    case 5:  // subnormals
      return std::bit_cast<double>(random() >> (12 + below(random, 52)) |
                                   (random() & (std::uint64_t{1} << 63)));
    case 6: {
      constexpr double kSpecial[] = {0.0,
                                     -0.0,
                                     INFINITY,
                                     -INFINITY,
                                     NAN,
                                     1.0,
                                     -1.0,
                                     0.5,
                                     9223372036854775808.0,
                                     -9223372036854775808.0,
                                     std::numeric_limits<double>::max(),
                                     std::numeric_limits<double>::min(),
                                     std::numeric_limits<double>::denorm_min()};
      return step(kSpecial[below(random, std::size(kSpecial))], below(random, 3) - 1);
    }
    default:
      return static_cast<double>(static_cast<std::int64_t>(random()) >> below(random, 64));
  }
}

// |value| written with 34 digits, and its neighbours in the last place.
std::string decimal_near(double value, int steps) {
  char text[64];
  std::snprintf(text, sizeof text, "%.33e", value);
  std::string near = text;
  const std::size_t last = near.find('e') - 1;
  const int digit = near[last] - '0' + steps;
  if (digit >= 0 && digit <= 9) near[last] = static_cast<char>('0' + digit);
  return near;
}

std::string random_digits(Random& random, int count) {
  std::string digits;
  for (int i = 0; i < count; ++i)
    digits += static_cast<char>('0' + (below(random, 3) == 0 ? 0 : below(random, 10)));
  return digits;
}

Model random_decimal(Random& random) {
  const char* minus = below(random, 2) ? "-" : "";
  switch (below(random, 9)) {
    case 0: {  // exactly, or next to, a double
      const double value = random_double(random);
      if (!std::isfinite(value)) return Model::decimal_text(value > 0 ? "Infinity" : "NaN");
      return Model::decimal_text(decimal_near(value, below(random, 3) - 1));
    }
    case 1:
      return Model::decimal_text(minus + random_digits(random, 1 + below(random, 33)) + "." +
                                 random_digits(random, 1));
    case 2:  // prices, with their trailing zeros
      return Model::decimal_text(minus + std::to_string(below(random, 2000)) + "." +
                                 random_digits(random, 2));
    case 3:
      return Model::decimal_text(minus + random_digits(random, 1 + below(random, 34)) + "E" +
                                 std::to_string(below(random, 12288) - 6176));
    case 4:
      return Model::decimal_text(std::to_string(random_integer(random)) + "E" +
                                 std::to_string(below(random, 9) - 4));
    case 5:  // integer and fraction around 2^63, where integers end
      return Model::decimal_text(minus +
                                 std::to_string((std::uint64_t{1} << 63) + random() % 5 - 2) + "." +
                                 random_digits(random, below(random, 15) + 1));
    case 6:
      return Model::decimal_text(minus + ("0." + random_digits(random, 1 + below(random, 34))));
    case 7:  // any bits at all: NaNs with payloads, encodings that are not canonical
      return Model::decimal_bits({.low = random(), .high = random()});
    default: {
      constexpr const char* kSpecial[] = {"0",
                                          "-0",
                                          "0E+6111",
                                          "-0E-6176",
                                          "0.00",
                                          "NaN",
                                          "Infinity",
                                          "-Infinity",
                                          "9.999999999999999999999999999999999E+6144",
                                          "1E-6176",
                                          "1E+6144",
                                          "-1E+6144",
                                          "0.1",
                                          "1.10",
                                          "1000E+6100",
                                          "4.9E-324",
                                          "2.5E-324",
                                          "4.940656458412465441765687928682213E-324",
                                          "1.7976931348623157E+308",
                                          "1.797693134862315708145274237317044E+308",
                                          "1.8E+308",
                                          "1E+309"};
      return Model::decimal_text(kSpecial[below(random, std::size(kSpecial))]);
    }
  }
}

// Of few different bytes, the ones that terminators and escapes are made of among them.
std::string random_text(Random& random, bool nul) {
  constexpr char kBytes[] = {'a', 'b', '\xFF', '\x01', '\xFE', '\0'};
  std::string text;
  for (int i = below(random, 6); i > 0; --i) text += kBytes[below(random, nul ? 6 : 5)];
  if (below(random, 20) == 0) text.append(static_cast<std::size_t>(below(random, 600)), 'a');
  return text;
}

std::string random_id(Random& random) {
  std::string id(12, '\0');
  for (char& c : id) c = static_cast<char>(below(random, 4) == 0 ? random() : 0xFF);
  return id;
}

Model random_nested(Random& random, int depth, Kind kind) {
  Model model =
      Model::with_text(kind, kind == Kind::kCodeWithScope ? random_text(random, true) : "");
  for (int i = below(random, 4); i > 0; --i) {
    std::string name = kind == Kind::kArray ? "" : random_text(random, false);
    model.fields.push_back({std::move(name), random_value(random, depth - 1)});
  }
  return model;
}

Model random_scalar(Random& random, Kind kind) {
  switch (kind) {
    case Kind::kInt32:
    case Kind::kInt64:
    case Kind::kDouble:
    case Kind::kDecimal:
      return random_number(random);
    case Kind::kObjectId:
      return Model::with_text(kind, random_id(random));
    case Kind::kBoolean:
      return {.kind = kind, .integer = below(random, 2)};
    case Kind::kDate:
    case Kind::kTimestamp:
      return {.kind = kind, .integer = random_integer(random)};
    case Kind::kRegex:
      return Model::with_text(kind, random_text(random, false), random_text(random, false));
    case Kind::kDbPointer:
      return Model::with_text(kind, random_text(random, true), random_id(random));
    case Kind::kBinary: {
      Model binary = Model::with_text(kind, random_text(random, true));
      binary.subtype = static_cast<std::uint8_t>(below(random, 3) * 127);
      return binary;
    }
    case Kind::kString:
    case Kind::kSymbol:
    case Kind::kCode:
      return Model::with_text(kind, random_text(random, true));
    default:
      return {.kind = kind};
  }
}

}  // namespace

std::uint64_t seed_for(const char* test) {
  const char* given = std::getenv("CAIRN_TEST_SEED");
  const auto now =
      static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
  const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : now;
  std::cout << test << ": CAIRN_TEST_SEED=" << seed << '\n';
  return seed;
}

Model random_number(Random& random) {
  switch (below(random, 5)) {
    case 0:
      return Model::int32(static_cast<std::int32_t>(random_integer(random)));
    case 1:
      return Model::int64(random_integer(random));
    case 2:
      return Model::real_number(random_double(random));
    default:
      return random_decimal(random);
  }
}

Model random_value(Random& random, int depth) {
  constexpr Kind kScalars[] = {Kind::kMinKey,    Kind::kUndefined, Kind::kNull,      Kind::kInt32,
                               Kind::kDouble,    Kind::kString,    Kind::kString,    Kind::kSymbol,
                               Kind::kBinary,    Kind::kObjectId,  Kind::kBoolean,   Kind::kDate,
                               Kind::kTimestamp, Kind::kRegex,     Kind::kDbPointer, Kind::kCode,
                               Kind::kMaxKey};
  constexpr Kind kNested[] = {Kind::kObject, Kind::kObject, Kind::kArray, Kind::kCodeWithScope};
  if (depth > 0 && below(random, 3) == 0) {
    return random_nested(random, depth, kNested[below(random, std::size(kNested))]);
  }
  return random_scalar(random, kScalars[below(random, std::size(kScalars))]);
}

Direction random_direction(Random& random) {
  return below(random, 2) == 0 ? Direction::kAscending : Direction::kDescending;
}

}  // namespace cairn::key
