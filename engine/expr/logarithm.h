// What the logarithms share: their domain is what is above zero.
#pragma once

#include "engine/expr/numeric.h"

namespace cairn::expr {

struct Logarithm {
  std::string_view name;
  double (*of_double)(double);
  Decimal128 (*of_decimal)(Decimal128);
  ErrorCode not_positive;
};
// Null of null; refused with Location28765 (no number) or the row's own code.
Result<ValueView> apply(const Logarithm& logarithm, ValueView value, Evaluation& evaluation);

bool is_positive(Decimal128 value);  // false for NaN
Status not_positive(std::string_view name, ErrorCode code, double number);

}  // namespace cairn::expr
