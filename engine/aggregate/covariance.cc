// One pass, as Welford's for the variance; a pair leaves as it came in.
#include "engine/aggregate/covariance.h"

#include <cmath>
#include <limits>
#include <optional>

#include "engine/aggregate/sliding.h"
#include "engine/aggregate/window_number.h"
#include "engine/bson/decimal128.h"

namespace cairn::aggregate {
namespace {

struct Pair {
  ValueView x;
  ValueView y;
};

// Of an array of two numbers; anything else does not count.
std::optional<Pair> read_pair(ValueView value) {
  if (!value.is_array() || value.as_document().count() != 2) return std::nullopt;
  auto element = value.as_document().begin();
  const ValueView x = element->value;
  ++element;
  const ValueView y = element->value;
  if (!x.is_number() || !y.is_number()) return std::nullopt;
  return Pair{x, y};
}

bool is_finite(ValueView value) { return std::isfinite(value.to_double()); }

// The numbers that are none, apart from the others so that they can leave a window again: how many
// of each kind there are, and what their sum is.
class Nonfinite {
 public:
  void count(ValueView value, std::int64_t by) {
    if (is_finite(value)) return;
    const double number = value.to_double();
    (std::isnan(number) ? nans_ : number > 0 ? positive_ : negative_) += by;
    if (value.type() == BsonType::kDecimal128) decimals_ += by;
  }
  bool any() const { return nans_ + positive_ + negative_ > 0; }
  WindowNumber sum() const {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    const bool undefined = nans_ > 0 || (positive_ > 0 && negative_ > 0);
    const double sum = undefined ? std::numeric_limits<double>::quiet_NaN()
                                 : (positive_ > 0 ? kInfinity : -kInfinity);
    return decimals_ > 0 ? WindowNumber(decimal128_from_double(sum)) : WindowNumber(sum);
  }

 private:
  std::int64_t nans_ = 0;
  std::int64_t positive_ = 0;
  std::int64_t negative_ = 0;
  std::int64_t decimals_ = 0;
};

class Comoment final : public expr::Removable {
 public:
  explicit Comoment(std::int64_t less) : less_(less) {}
  Status add(ValueView value) override {
    const auto pair = read_pair(value);
    if (!pair || counted_apart(*pair, 1)) return Status();
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
    if (!pair || counted_apart(*pair, -1)) return Status();
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
    const WindowNumber finite = comoment_ / divisor;
    return evaluation.copy((nonfinite_.any() ? finite + nonfinite_.sum() : finite).value());
  }

 private:
  bool counted_apart(const Pair& pair, std::int64_t by) {
    if (is_finite(pair.x) && is_finite(pair.y)) return false;
    nonfinite_.count(pair.x, by);
    nonfinite_.count(pair.y, by);
    return true;
  }
  WindowNumber count() const { return WindowNumber(static_cast<double>(count_)); }

  std::int64_t less_;
  std::int64_t count_ = 0;
  // Decimals once a decimal has taken part.
  WindowNumber mean_x_;
  WindowNumber mean_y_;
  WindowNumber comoment_;
  Nonfinite nonfinite_;
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
