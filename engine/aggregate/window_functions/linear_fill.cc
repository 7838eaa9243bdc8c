// $linearFill: null and missing values lie on the straight line between the values around them.
#include <fmt/format.h>

#include <optional>

#include "engine/aggregate/window_function.h"
#include "engine/aggregate/window_number.h"

namespace cairn::aggregate {
namespace {

class FillState final : public WindowState {
 public:
  explicit FillState(const expr::Expression& input) : input_(input) {}
  Result<ValueView> value(Partition& partition, std::size_t i, expr::Evaluation& out) override {
    CAIRN_ASSIGN_OR_RETURN(const ValueView order, partition.order(i));
    CAIRN_RETURN_IF_ERROR(check_order(order));
    last_order_ = Value(order);
    CAIRN_ASSIGN_OR_RETURN(const ValueView value, input_at(partition, i));
    if (value.has_value()) {
      left_ = Point{WindowNumber::of(last_order_), WindowNumber::of(value)};
      return out.copy(value);
    }
    if (!left_) return expr::Evaluation::null();
    CAIRN_RETURN_IF_ERROR(find_right(partition, i));
    if (!right_) return expr::Evaluation::null();
    const WindowNumber share =
        (WindowNumber::of(last_order_) - left_->at) / (right_->at - left_->at);
    return out.copy((left_->value + share * (right_->value - left_->value)).value());
  }

 private:
  struct Point {
    WindowNumber at;
    WindowNumber value;
  };

  Status check_order(ValueView order) const {
    if (!is_number_or_date(order)) {
      return {
          ErrorCode::kTypeMismatch,
          fmt::format("Conflicting types for $linearFill: the sortBy field must be numeric or a "
                      "date, but found {}",
                      expr::type_of(order))};
    }
    if (last_order_.missing() || compare(last_order_, order) != 0) return Status();
    return {location(6050106),
            "There can be no repeated values in the sort field in the same partition"};
  }

  Result<ValueView> input_at(Partition& partition, std::size_t i) {
    CAIRN_ASSIGN_OR_RETURN(const ValueView value, evaluate_at(input_, partition, i, evaluation_));
    if (value.is_number() || !value.has_value()) return value;
    return Status(ErrorCode::kTypeMismatch,
                  fmt::format("Value to be filled must be numeric or nullish, but found {}",
                              expr::type_of(value)));
  }

  // The next document after `i` that has a value.
  Status find_right(Partition& partition, std::size_t i) {
    if (searched_ > i) return Status();
    right_.reset();
    for (searched_ = i + 1; searched_ < partition.size(); ++searched_) {
      CAIRN_ASSIGN_OR_RETURN(const ValueView value, input_at(partition, searched_));
      if (!value.has_value()) continue;
      const WindowNumber number = WindowNumber::of(value);
      CAIRN_ASSIGN_OR_RETURN(const ValueView order, partition.order(searched_));
      CAIRN_RETURN_IF_ERROR(check_order(order));
      right_ = Point{WindowNumber::of(order), number};
      return Status();
    }
    return Status();
  }

  const expr::Expression& input_;
  expr::Evaluation evaluation_;
  Value last_order_;
  std::optional<Point> left_;
  std::optional<Point> right_;
  std::size_t searched_ = 0;  // where the search for `right_` ended
};

class FillFunction final : public WindowFunction {
 public:
  explicit FillFunction(expr::ExpressionPtr input) : input_(std::move(input)) {}
  Result<std::unique_ptr<WindowState>> begin() const override {
    return std::unique_ptr<WindowState>(std::make_unique<FillState>(*input_));
  }

 private:
  expr::ExpressionPtr input_;
};

Result<WindowFunctionPtr> parse_linear_fill(const WindowCall& call) {
  if (call.window) return window_error("'window' field is not allowed in $linearFill");
  if (call.order == nullptr || call.order->size() != 1) {
    return Status(location(605001),
                  "$linearFill must be specified with a top level sortBy expression with exactly "
                  "one element");
  }
  CAIRN_ASSIGN_OR_RETURN(expr::ExpressionPtr input,
                         expr::parse_expression(call.argument, call.scope));
  return WindowFunctionPtr(std::make_unique<FillFunction>(std::move(input)));
}

}  // namespace

extern const WindowFunctionRow row_linear_fill{"$linearFill", parse_linear_fill};

}  // namespace cairn::aggregate
