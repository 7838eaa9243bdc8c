// $sum: the sum of the numbers among the values; 0 where there are none.
#include "engine/expr/accumulator.h"
#include "engine/expr/arithmetic.h"

namespace cairn::expr {
namespace {

class SumOf final : public Accumulator {
 public:
  void add(ValueView value) override {
    if (value.is_number()) sum_.add(value);
  }
  Value result() const override { return sum_.total(); }

 private:
  Sum sum_;
};

std::unique_ptr<Accumulator> make_sum() { return std::make_unique<SumOf>(); }

}  // namespace

extern const AccumulatorRow row_sum{"$sum", make_sum};

}  // namespace cairn::expr
