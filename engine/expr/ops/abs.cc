// $abs: a number without its sign.
#include "engine/bson/decimal128_math.h"
#include "engine/expr/numeric.h"

#include <cmath>
#include <limits>

namespace cairn::expr {
namespace {

Result<ValueView> abs_of(Values values, Evaluation& evaluation) {
  const ValueView value = values[0];
  if (!value.has_value()) return Evaluation::null();
  switch (value.type()) {
    case BsonType::kInt32:
      return int32_or_int64(std::abs(std::int64_t{value.as_int32()}), evaluation);
    case BsonType::kInt64:
      if (value.as_int64() == std::numeric_limits<std::int64_t>::min()) {
        return Status(location(28680), "can't take $abs of long long min");
      }
      return evaluation.int64(std::abs(value.as_int64()));
    case BsonType::kDouble:
      return evaluation.number(std::fabs(value.as_double()));
    case BsonType::kDecimal128:
      return evaluation.decimal128(decimal128_abs(value.as_decimal128()));
    default:
      return not_numeric("$abs", value);
  }
}

}  // namespace

extern const Operator row_abs{.name = "$abs", .function = abs_of, .arity = {1, 1}};

}  // namespace cairn::expr
