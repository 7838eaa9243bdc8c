// $derivative: by how much a value changes over a window, per unit of the order.
#include <fmt/format.h>

#include "engine/aggregate/rate.h"
#include "engine/aggregate/sliding.h"

namespace cairn::aggregate {
namespace {

class DerivativeState final : public WindowState {
 public:
  DerivativeState(const Rate& rate, const WindowBounds& bounds) : rate_(rate), cursor_(bounds) {}
  Result<ValueView> value(Partition& partition, std::size_t i, expr::Evaluation& out) override {
    CAIRN_RETURN_IF_ERROR(cursor_.move(partition, i));
    if (cursor_.end() == cursor_.begin()) return expr::Evaluation::null();
    Point first;
    Point last;
    CAIRN_RETURN_IF_ERROR(read(partition, cursor_.begin(), first));
    CAIRN_RETURN_IF_ERROR(read(partition, cursor_.end() - 1, last));
    CAIRN_RETURN_IF_ERROR(check_subtractable(last.value, first.value));
    const WindowNumber run = WindowNumber::of(last.at) - WindowNumber::of(first.at);
    if (run.zero()) return expr::Evaluation::null();
    const WindowNumber rise = WindowNumber::of(last.value) - WindowNumber::of(first.value);
    WindowNumber slope = rise / run;
    if (rate_.unit_ms) slope = slope * WindowNumber(static_cast<double>(*rate_.unit_ms));
    return out.copy(slope.value());
  }

 private:
  struct Point {
    Value at;
    Value value;
  };

  Status read(Partition& partition, std::size_t i, Point& point) {
    CAIRN_ASSIGN_OR_RETURN(const ValueView at, partition.order(i));
    if (rate_.unit_ms && at.type() != BsonType::kDate) {
      return {location(5624900), "$derivative with 'unit' expects the sortBy field to be a Date"};
    }
    if (!rate_.unit_ms && at.type() == BsonType::kDate) {
      return {location(5624901), "$derivative where the sortBy is a Date requires an 'unit'"};
    }
    if (!rate_.unit_ms && !at.is_number()) {
      return {location(5624902),
              "$derivative (with no 'unit') expects the sortBy field to be numeric"};
    }
    point.at = Value(at);
    CAIRN_ASSIGN_OR_RETURN(const ValueView value,
                           evaluate_at(*rate_.input, partition, i, evaluation_));
    if (!value.has_value()) {
      return {location(5624903), "$derivative input must not be null or missing"};
    }
    point.value = Value(value);
    return Status();
  }

  static Status check_subtractable(ValueView from, ValueView what) {
    const bool numbers = from.is_number() && what.is_number();
    const bool date = from.type() == BsonType::kDate && is_number_or_date(what);
    if (numbers || date) return Status();
    return {ErrorCode::kTypeMismatch,
            fmt::format("can't $subtract {} from {}", expr::type_of(what), expr::type_of(from))};
  }

  const Rate& rate_;
  WindowCursor cursor_;
  expr::Evaluation evaluation_;
};

class DerivativeFunction final : public WindowFunction {
 public:
  DerivativeFunction(Rate rate, WindowBounds bounds)
      : rate_(std::move(rate)), bounds_(std::move(bounds)) {}
  Result<std::unique_ptr<WindowState>> begin() const override {
    return std::unique_ptr<WindowState>(std::make_unique<DerivativeState>(rate_, bounds_));
  }

 private:
  Rate rate_;
  WindowBounds bounds_;
};

Result<WindowFunctionPtr> parse_derivative(const WindowCall& call) {
  CAIRN_ASSIGN_OR_RETURN(Rate rate, parse_rate(call));
  if (!call.window) return window_error("$derivative requires explicit window bounds");
  CAIRN_ASSIGN_OR_RETURN(WindowBounds bounds, bounds_of(call));
  return WindowFunctionPtr(
      std::make_unique<DerivativeFunction>(std::move(rate), std::move(bounds)));
}

}  // namespace

extern const WindowFunctionRow row_derivative{"$derivative", parse_derivative};

}  // namespace cairn::aggregate
