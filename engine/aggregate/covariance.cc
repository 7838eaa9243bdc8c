// One pass, as Welford's for the variance; a pair leaves as it came in.
#include "engine/aggregate/covariance.h"

#include <cmath>

#include "engine/aggregate/sliding.h"
#include "engine/bson/decimal128.h"

namespace cairn::aggregate {
namespace {

struct Pair {
  double x = 0;
  double y = 0;
  bool counts = false;
  bool decimal = false;
};

// Of an array of two numbers; anything else does not count.
Pair read_pair(ValueView value) {
  Pair pair;
  if (!value.is_array() || value.as_document().count() != 2) return pair;
  auto element = value.as_document().begin();
  const ValueView x = element->value;
  ++element;
  const ValueView y = element->value;
  if (!x.is_number() || !y.is_number()) return pair;
  pair.x = x.to_double();
  pair.y = y.to_double();
  pair.counts = std::isfinite(pair.x) && std::isfinite(pair.y);
  pair.decimal = x.type() == BsonType::kDecimal128 || y.type() == BsonType::kDecimal128;
  return pair;
}

class Comoment final : public expr::Removable {
 public:
  explicit Comoment(std::int64_t less) : less_(less) {}
  Status add(ValueView value) override {
    const Pair pair = read_pair(value);
    if (!pair.counts) return Status();
    decimals_ += pair.decimal ? 1 : 0;
    ++count_;
    const double from_x = pair.x - mean_x_;
    mean_x_ += from_x / static_cast<double>(count_);
    mean_y_ += (pair.y - mean_y_) / static_cast<double>(count_);
    comoment_ += from_x * (pair.y - mean_y_);
    return Status();
  }
  Status remove(ValueView value) override {
    const Pair pair = read_pair(value);
    if (!pair.counts) return Status();
    decimals_ -= pair.decimal ? 1 : 0;
    if (--count_ == 0) {
      mean_x_ = mean_y_ = comoment_ = 0;
      return Status();
    }
    const double from_y = pair.y - mean_y_;
    mean_x_ -= (pair.x - mean_x_) / static_cast<double>(count_);
    mean_y_ -= from_y / static_cast<double>(count_);
    comoment_ -= (pair.x - mean_x_) * from_y;
    return Status();
  }
  Result<ValueView> result(expr::Evaluation& evaluation) override {
    if (count_ <= less_) return expr::Evaluation::null();
    if (count_ == 1) return evaluation.number(0);
    const double covariance = comoment_ / static_cast<double>(count_ - less_);
    if (decimals_ > 0) return evaluation.decimal128(decimal128_from_double(covariance));
    return evaluation.number(covariance);
  }

 private:
  std::int64_t less_;
  std::int64_t count_ = 0;
  std::int64_t decimals_ = 0;
  double mean_x_ = 0;
  double mean_y_ = 0;
  double comoment_ = 0;
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
