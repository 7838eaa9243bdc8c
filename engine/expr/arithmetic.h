// Arithmetic over BSON's four number types with MongoDB's promotions: the result is decimal128 if
// an operand is, else double if one is, else int64 if one is or the int32 result does not fit, else
// int32.
#pragma once

#include <cairn/bson.h>

#include <optional>

namespace cairn::expr {

// nullopt where the result is an integer beyond int64. REQUIRES: both are numbers.
std::optional<Value> add(ValueView a, ValueView b);
std::optional<Value> multiply(ValueView a, ValueView b);

// The exact sum of many numbers, as `$sum` and `$avg` keep it: integers and decimals exactly,
// doubles with their rounding errors carried along (Neumaier's summation, ZAMM 54 (1974)).
class Sum {
 public:
  void add(ValueView number);  // REQUIRES: a number
  std::int64_t count() const { return count_; }
  // int32, int64, double or decimal128, by the widest type added; integers beyond int64 become
  // double.
  Value total() const;
  // The total divided by the count: double or decimal128; null where nothing was added.
  Value average() const;

 private:
  void add_double(double number);
  double double_total() const;
  Decimal128 decimal_total() const;

  __int128 integers_ = 0;
  double doubles_ = 0;
  double compensation_ = 0;
  Decimal128 decimals_{0, 0x3040000000000000};  // 0E+0
  std::int64_t count_ = 0;
  bool saw_int64_ = false;
  bool saw_double_ = false;
  bool saw_decimal_ = false;
};

}  // namespace cairn::expr
