// One pass, as Welford's for the variance; a pair leaves as it came in.
#include "engine/aggregate/covariance.h"

#include <cmath>
#include <optional>

#include "engine/aggregate/sliding.h"
#include "engine/aggregate/window_number.h"
#include "engine/expr/sum.h"

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

// Decimal where a decimal has taken part.
WindowNumber mean(const expr::Sum& sum) {
  return sum.count() == 0 ? WindowNumber() : WindowNumber::of(sum.average());
}

class Comoment final : public expr::Removable {
 public:
  explicit Comoment(std::int64_t less) : less_(less) {}
  Status add(ValueView value) override {
    const auto pair = read_pair(value);
    if (!pair) return Status();
    xs_.add(pair->x);
    comoment_ = comoment_ + step(*pair);
    ys_.add(pair->y);
    return Status();
  }
  Status remove(ValueView value) override {
    const auto pair = read_pair(value);
    if (!pair) return Status();
    ys_.remove(pair->y);
    comoment_ = comoment_ - step(*pair);
    xs_.remove(pair->x);
    if (xs_.count() == 0) *this = Comoment(less_);
    return Status();
  }
  Result<ValueView> result(expr::Evaluation& evaluation) override {
    if (xs_.count() <= less_) return expr::Evaluation::null();
    if (xs_.count() == 1) return evaluation.number(0);
    const auto count = static_cast<double>(xs_.count() - less_);
    return evaluation.copy((comoment_ / WindowNumber(count)).value());
  }

 private:
  // What a pair adds, with its x among the mean's and its y not.
  WindowNumber step(const Pair& pair) const {
    return (WindowNumber::of(pair.x) - mean(xs_)) * (WindowNumber::of(pair.y) - mean(ys_));
  }

  std::int64_t less_;
  expr::Sum xs_;
  expr::Sum ys_;
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
