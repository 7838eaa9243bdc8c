// $avg: the mean of the numbers among the values; null where there are none.
#include "engine/expr/accumulator.h"
#include "engine/expr/arithmetic.h"

namespace cairn::expr {
namespace {

class MeanOf final : public Accumulator {
 public:
  void add(ValueView value) override {
    if (value.is_number()) sum_.add(value);
  }
  Value result() const override { return sum_.average(); }

 private:
  Sum sum_;
};

std::unique_ptr<Accumulator> make_avg() { return std::make_unique<MeanOf>(); }

}  // namespace

extern const AccumulatorRow row_avg{"$avg", make_avg};

}  // namespace cairn::expr
