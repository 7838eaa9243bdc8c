// $log: the logarithm of a number to a base.
#include "engine/bson/decimal128.h"
#include "engine/bson/decimal128_math.h"
#include "engine/expr/logarithm.h"

#include <fmt/format.h>

#include <cmath>

namespace cairn::expr {
namespace {

Status bad_base(double base) {
  return {location(28759), fmt::format("$log's base must be a positive number not equal to 1, but "
                                       "is {:g}",
                                       base)};
}

bool usable_base(double base) { return std::isnan(base) || (base > 0 && base != 1); }

Result<ValueView> log_of_doubles(double number, double base, Evaluation& evaluation) {
  if (!(number > 0) && !std::isnan(number)) {
    return not_positive("$log", location(28758), number);
  }
  if (!usable_base(base)) return bad_base(base);
  return evaluation.number(std::log(number) / std::log(base));
}

Result<ValueView> log_of(Values values, Evaluation& evaluation) {
  const ValueView number = values[0];
  const ValueView base = values[1];
  if (!number.has_value() || !base.has_value()) return Evaluation::null();
  if (!number.is_number()) {
    return Status(location(28756),
                  fmt::format("$log's argument must be numeric, not {}", type_of(number)));
  }
  if (!base.is_number()) {
    return Status(location(28757),
                  fmt::format("$log's base must be numeric, not {}", type_of(base)));
  }
  if (number.type() == BsonType::kDecimal128 || base.type() == BsonType::kDecimal128) {
    const Decimal128 decimal = to_decimal(number);
    const Decimal128 decimal_base = to_decimal(base);
    if (is_positive(decimal) && is_positive(decimal_base) &&
        compare_decimal128(decimal_base, 1.0) != 0) {
      return evaluation.decimal128(
          decimal128_divide(decimal128_log(decimal), decimal128_log(decimal_base)));
    }
  }
  return log_of_doubles(number.to_double(), base.to_double(), evaluation);
}

}  // namespace

extern const Operator row_log{.name = "$log", .function = log_of, .arity = {2, 2}};

}  // namespace cairn::expr
