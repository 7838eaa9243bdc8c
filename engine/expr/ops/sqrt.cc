// $sqrt: the square root of a number that is not negative.
#include "engine/bson/decimal128.h"
#include "engine/bson/decimal128_math.h"
#include "engine/expr/numeric.h"

#include <cmath>

namespace cairn::expr {
namespace {

constexpr RealFunction kSqrt{"$sqrt", [](double x) { return std::sqrt(x); }, decimal128_sqrt};

bool negative(ValueView number) {
  if (number.type() == BsonType::kDecimal128) {
    return compare_decimal128(number.as_decimal128(), 0.0) < 0 &&
           !decimal128_is_nan(number.as_decimal128());
  }
  return number.to_double() < 0;
}

Result<ValueView> sqrt_of(Values values, Evaluation& evaluation) {
  if (values[0].is_number() && negative(values[0])) {
    return Status(location(28714), "$sqrt's argument must be greater than or equal to 0");
  }
  return apply(kSqrt, values[0], evaluation);
}

}  // namespace

extern const Operator row_sqrt{.name = "$sqrt", .function = sqrt_of, .arity = {1, 1}};

}  // namespace cairn::expr
