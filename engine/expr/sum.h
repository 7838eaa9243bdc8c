// Sum: the exact sum of many numbers, and their mean, as `$sum` and `$avg` keep them.
//
// Integers and decimals are kept exactly, doubles with their rounding errors carried along
// (Neumaier's summation, ZAMM 54 (1974)), infinities and NaNs as counts, so that a number can be
// taken back again.
#pragma once

#include <cstdint>

#include <cairn/bson.h>

namespace cairn::expr {

// Trivially copyable.
class Sum {
 public:
  void add(ValueView number) { change(number, 1); }  // REQUIRES: a number
  // REQUIRES: it was added before.
  void remove(ValueView number) { change(number, -1); }
  // Adds what another sum has added.
  void merge(const Sum& other);

  std::int64_t count() const { return counts_[kInt32] + counts_[kInt64] + doubles() + decimals(); }
  // int32, int64, double or decimal128, by the widest type added; integers beyond int64 become
  // double.
  Value total() const;
  // The same, but an int64 that fits is an int32: MongoDB's sums of windows that values leave.
  Value narrow_total() const;
  // The total divided by the count: double or decimal128; null where nothing was added.
  Value average() const;

 private:
  enum Kind : std::uint8_t {
    kInt32,
    kInt64,
    kDouble,
    kDoubleNan,
    kDoubleInfinity,
    kDoubleMinusInfinity,
    kDecimal,
    kDecimalNan,
    kDecimalInfinity,
    kDecimalMinusInfinity,
    kKinds
  };

  void change(ValueView number, int sign);
  void change_double(double number, int sign);
  void change_decimal(Decimal128 number, int sign);
  void add_double(double number);
  std::int64_t doubles() const {
    return counts_[kDouble] + counts_[kDoubleNan] + counts_[kDoubleInfinity] +
           counts_[kDoubleMinusInfinity];
  }
  std::int64_t decimals() const {
    return counts_[kDecimal] + counts_[kDecimalNan] + counts_[kDecimalInfinity] +
           counts_[kDecimalMinusInfinity];
  }
  double double_total() const;
  Decimal128 decimal_total() const;
  double specials() const;  // NaN or an infinity where there are any, else 0

  __int128 integers_ = 0;
  double doubles_ = 0;
  double compensation_ = 0;
  Decimal128 decimals_{0, 0x3040000000000000};  // 0E+0
  std::int64_t counts_[kKinds] = {};
};

}  // namespace cairn::expr
