// $integral: the area under a value along the order of a window, by trapezoids.
#include <deque>

#include "engine/aggregate/rate.h"
#include "engine/aggregate/sliding.h"
#include "engine/expr/sum.h"

namespace cairn::aggregate {
namespace {

class Area final : public expr::Removable {
 public:
  explicit Area(const Rate& rate) : rate_(rate) {}
  // `value` is [order, input].
  Status add(ValueView value) override {
    auto element = value.as_document().begin();
    Point fresh{WindowNumber::of(element->value), WindowNumber()};
    ++element;
    fresh.value = WindowNumber::of(element->value);
    if (!points_.empty()) areas_.add(trapezoid(points_.back(), fresh));
    points_.push_back(fresh);
    return Status();
  }
  Status remove(ValueView) override {
    if (points_.size() > 1) areas_.remove(trapezoid(points_[0], points_[1]));
    points_.pop_front();
    return Status();
  }
  bool wants_removed() const override { return false; }
  Result<ValueView> result(expr::Evaluation& evaluation) override {
    if (points_.empty()) return expr::Evaluation::null();
    const Value total = areas_.total();
    if (!rate_.unit_ms) return evaluation.copy(total);
    const WindowNumber unit(static_cast<double>(*rate_.unit_ms));
    return evaluation.copy((WindowNumber::of(total) / unit).value());
  }
  std::size_t bytes() const override { return points_.size() * sizeof(Point); }

 private:
  struct Point {
    WindowNumber at;
    WindowNumber value;
  };
  static Value trapezoid(const Point& a, const Point& b) {
    return ((b.at - a.at) * (a.value + b.value) / WindowNumber(2.0)).value();
  }

  const Rate& rate_;
  std::deque<Point> points_;
  expr::Sum areas_;
};

class Integral final : public SlidingFunction {
 public:
  explicit Integral(Rate rate) : rate_(std::move(rate)) {}
  Result<ValueView> argument(Partition& partition, std::size_t i,
                             expr::Evaluation& evaluation) const override {
    CAIRN_ASSIGN_OR_RETURN(const ValueView value, rate_.input->evaluate(evaluation));
    CAIRN_ASSIGN_OR_RETURN(const ValueView at, partition.order(i));
    if (!is_number_or_date(at) || !value.is_number()) {
      return Status(location(5423900),
                    "The input value of $integral window function must be a vector of 2 value, the "
                    "first value must be numeric or date type and the second must be numeric.");
    }
    if (rate_.unit_ms && at.type() != BsonType::kDate) {
      return Status(location(5423901),
                    "$integral with 'unit' expects the sortBy field to be a Date");
    }
    if (!rate_.unit_ms && !at.is_number()) {
      return Status(location(5423902),
                    "$integral (with no 'unit') expects the sortBy field to be numeric");
    }
    std::string& bytes = evaluation.buffer();
    DocumentBuilder builder(bytes);
    builder.append("0", at).append("1", value);
    builder.finish();
    return expr::Evaluation::array(bytes);
  }
  Result<expr::RemovablePtr> removable(expr::Evaluation&) const override {
    return expr::RemovablePtr(std::make_unique<Area>(rate_));
  }

 private:
  Rate rate_;
};

Result<WindowFunctionPtr> parse_integral(const WindowCall& call) {
  CAIRN_ASSIGN_OR_RETURN(Rate rate, parse_rate(call));
  CAIRN_ASSIGN_OR_RETURN(WindowBounds bounds, bounds_of(call));
  return sliding_window(std::make_unique<Integral>(std::move(rate)), std::move(bounds));
}

}  // namespace

extern const WindowFunctionRow row_integral{"$integral", parse_integral};

}  // namespace cairn::aggregate
