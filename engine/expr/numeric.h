// What the operators on numbers share: promotion between BSON's number types, their refusals, and
// functions of one real number.
#pragma once

#include "engine/expr/expression.h"

namespace cairn::expr {

// The type of a result: decimal128 if either is, else double, else int64, else int32. REQUIRES:
// both are number types.
BsonType widest_number(BsonType a, BsonType b);
// As MongoDB computes with it: doubles to 15 digits. REQUIRES: a number.
Decimal128 to_decimal(ValueView number);
// Location28765 "$abs only supports numeric types, not string".
Status not_numeric(std::string_view name, ValueView value);
// An int32 where that holds it, else an int64.
ValueView int32_or_int64(std::int64_t value, Evaluation& evaluation);

// An int32 or int64. REQUIRES: one of those two.
inline std::int64_t whole_number(ValueView value) {
  return value.type() == BsonType::kInt32 ? value.as_int32() : value.as_int64();
}
inline bool is_whole(ValueView value) {
  return value.type() == BsonType::kInt32 || value.type() == BsonType::kInt64;
}

// A function of one real number: null of null, a decimal of a decimal, a double of every other
// number. Numbers out of its domain are refused (Location50989); NaN never is.
struct RealFunction {
  enum class Domain : std::uint8_t { kAll, kFinite, kUnit, kFromOne };

  std::string_view name;
  double (*of_double)(double);
  Decimal128 (*of_decimal)(Decimal128);
  Domain domain = Domain::kAll;
};
Result<ValueView> apply(const RealFunction& function, ValueView value, Evaluation& evaluation);

}  // namespace cairn::expr
