// $max: the greatest value that is neither null nor missing; null where there is none.
#include "engine/expr/accumulator.h"

namespace cairn::expr {
namespace {

class GreatestOf final : public Accumulator {
 public:
  void add(ValueView value) override {
    if (!value.has_value()) return;
    if (best_.missing() || compare(value, best_.view()) > 0) best_ = Value(value);
  }
  Value result() const override { return best_.missing() ? Value::null() : best_; }
  std::size_t bytes() const override { return best_.view().size(); }

 private:
  Value best_;
};

std::unique_ptr<Accumulator> make_max() { return std::make_unique<GreatestOf>(); }

}  // namespace

extern const AccumulatorRow row_max{"$max", make_max};

}  // namespace cairn::expr
