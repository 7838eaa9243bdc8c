// $expMovingAvg: the mean of the values so far, in which each counts less the longer ago it was.
#include <fmt/format.h>

#include <optional>

#include "engine/aggregate/window_function.h"
#include "engine/bson/decimal128.h"
#include "engine/expr/numeric.h"

namespace cairn::aggregate {
namespace {

struct Average {
  expr::ExpressionPtr input;
  Decimal128 weight;  // of the newest value: alpha, or 2 / (N + 1)
};

class AverageState final : public WindowState {
 public:
  explicit AverageState(const Average& average) : average_(average) {}
  Result<ValueView> value(Partition& partition, std::size_t i, expr::Evaluation& out) override {
    CAIRN_ASSIGN_OR_RETURN(const ValueView value,
                           evaluate_at(*average_.input, partition, i, evaluation_));
    if (value.is_number()) take(value);
    if (!mean_) return expr::Evaluation::null();
    return out.copy(decimal_ ? Value::decimal128(*mean_)
                             : Value::number(decimal128_to_double(*mean_)));
  }

 private:
  void take(ValueView value) {
    decimal_ = decimal_ || value.type() == BsonType::kDecimal128;
    const Decimal128 number = expr::to_decimal(value);
    mean_ = mean_ ? decimal128_add(decimal128_multiply(number, average_.weight),
                                   decimal128_multiply(*mean_, rest_))
                  : number;
  }

  const Average& average_;
  expr::Evaluation evaluation_;
  const Decimal128 rest_ = decimal128_subtract(decimal128_from_int64(1), average_.weight);
  std::optional<Decimal128> mean_;  // whatever the numbers' types, as MongoDB keeps it
  bool decimal_ = false;
};

class AverageFunction final : public WindowFunction {
 public:
  explicit AverageFunction(Average average) : average_(std::move(average)) {}
  Result<std::unique_ptr<WindowState>> begin() const override {
    return std::unique_ptr<WindowState>(std::make_unique<AverageState>(average_));
  }

 private:
  Average average_;
};

Status parse_n(ValueView value, Average& average) {
  if (!value.is_number() || !value.to_int64_exact()) {
    return window_error(
        fmt::format("'N' field must be an integer, but found  N: {}. To use a "
                    "non-integer, use the 'alpha' argument instead",
                    to_json(value)));
  }
  const std::int64_t n = *value.to_int64_exact();
  if (n <= 0) return window_error(fmt::format("'N' must be greater than zero. Got {}", n));
  average.weight = decimal128_divide(
      decimal128_from_int64(2), decimal128_add(decimal128_from_int64(n), decimal128_from_int64(1)));
  return Status();
}

Status parse_alpha(ValueView value, Average& average) {
  if (!value.is_number()) return window_error("'alpha' must be a number");
  average.weight = expr::to_decimal(value);
  if (value.to_double() > 0 && value.to_double() < 1) return Status();
  return window_error(
      fmt::format("'alpha' must be between 0 and 1 (exclusive), found alpha: {}", to_json(value)));
}

Result<WindowFunctionPtr> parse_exp_moving_avg(const WindowCall& call) {
  if (call.window || !call.argument.is_document()) {
    return window_error("$expMovingAvg must have exactly one argument that is an object");
  }
  if (call.order == nullptr) return window_error("$expMovingAvg requires an explicit 'sortBy'");
  const DocumentView given = call.argument.as_document();
  const ValueView n = given["N"];
  const ValueView alpha = given["alpha"];
  if (given.count() != 2 || given["input"].missing() || (n.missing() && alpha.missing())) {
    return window_error(
        "$expMovingAvg sub object must have exactly two fields: An 'input' field, "
        "and either an 'N' field or an 'alpha' field");
  }
  Average average;
  CAIRN_RETURN_IF_ERROR(n.missing() ? parse_alpha(alpha, average) : parse_n(n, average));
  CAIRN_ASSIGN_OR_RETURN(average.input, expr::parse_expression(given["input"], call.scope));
  return WindowFunctionPtr(std::make_unique<AverageFunction>(std::move(average)));
}

}  // namespace

extern const WindowFunctionRow row_exp_moving_avg{"$expMovingAvg", parse_exp_moving_avg};

}  // namespace cairn::aggregate
