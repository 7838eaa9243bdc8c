// One pass, as Welford's for the variance; a pair leaves as it came in.
#include "engine/aggregate/covariance.h"

#include <cmath>
#include <optional>

#include "engine/aggregate/sliding.h"
#include "engine/aggregate/window_number.h"

namespace cairn::aggregate {
namespace {

struct Pair {
  ValueView x;
  ValueView y;
};

// Of an array of two finite numbers; anything else does not count.
std::optional<Pair> read_pair(ValueView value) {
  if (!value.is_array() || value.as_document().count() != 2) return std::nullopt;
  auto element = value.as_document().begin();
  const ValueView x = element->value;
  ++element;
  const ValueView y = element->value;
  const auto counts = [](ValueView v) { return v.is_number() && std::isfinite(v.to_double()); };
  if (!counts(x) || !counts(y)) return std::nullopt;
  return Pair{x, y};
}

class Comoment final : public expr::Removable {
 public:
  explicit Comoment(std::int64_t less) : less_(less) {}
  Status add(ValueView value) override {
    const auto pair = read_pair(value);
    if (!pair) return Status();
    ++count_;
    const WindowNumber x = WindowNumber::of(pair->x);
    const WindowNumber y = WindowNumber::of(pair->y);
    const WindowNumber from_x = x - mean_x_;
    mean_x_ = mean_x_ + from_x / count();
    mean_y_ = mean_y_ + (y - mean_y_) / count();
    comoment_ = comoment_ + from_x * (y - mean_y_);
    return Status();
  }
  Status remove(ValueView value) override {
    const auto pair = read_pair(value);
    if (!pair) return Status();
    if (--count_ == 0) {
      mean_x_ = mean_y_ = comoment_ = WindowNumber();
      return Status();
    }
    const WindowNumber x = WindowNumber::of(pair->x);
    const WindowNumber y = WindowNumber::of(pair->y);
    const WindowNumber from_y = y - mean_y_;
    mean_x_ = mean_x_ - (x - mean_x_) / count();
    mean_y_ = mean_y_ - from_y / count();
    comoment_ = comoment_ - (x - mean_x_) * from_y;
    return Status();
  }
  Result<ValueView> result(expr::Evaluation& evaluation) override {
    if (count_ <= less_) return expr::Evaluation::null();
    if (count_ == 1) return evaluation.number(0);
    const WindowNumber divisor(static_cast<double>(count_ - less_));
    return evaluation.copy((comoment_ / divisor).value());
  }

 private:
  WindowNumber count() const { return WindowNumber(static_cast<double>(count_)); }

  std::int64_t less_;
  std::int64_t count_ = 0;
  // Decimals once a decimal has taken part.
  WindowNumber mean_x_;
  WindowNumber mean_y_;
  WindowNumber comoment_;
};

class Covariance final : public SlidingFunction {
 public:
  Covariance(expr::ExpressionPtr pair, std::int64_t less) : pair_(std::move(pair)), less_(less) {}
  Result<ValueView> argument(Partition&, std::size_t, expr::Evaluation& evaluation) const override {
    return pair_->evaluate(evaluation);
  }
  Result<expr::RemovablePtr> removable(expr::Evaluation&) const override {
    return expr::RemovablePtr(std::make_unique<Comoment>(less_));
  }

 private:
  expr::ExpressionPtr pair_;
  std::int64_t less_;
};

}  // namespace

Result<WindowFunctionPtr> parse_covariance(const WindowCall& call, std::int64_t less) {
  CAIRN_ASSIGN_OR_RETURN(expr::ExpressionPtr pair,
                         expr::parse_expression(call.argument, call.scope));
  CAIRN_ASSIGN_OR_RETURN(WindowBounds bounds, bounds_of(call));
  return sliding_window(std::make_unique<Covariance>(std::move(pair), less), std::move(bounds));
}

}  // namespace cairn::aggregate
