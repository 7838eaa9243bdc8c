// $stdDevSamp as an expression: the standard deviation of the numbers among several values, or in
// an array, taken as a sample.
#include "engine/expr/all_values.h"
#include "engine/expr/deviation.h"

namespace cairn::expr {
namespace {

Result<ValueView> deviation_of(Values values, Evaluation& evaluation) {
  Deviation deviation;
  for_all_values(values, [&deviation](ValueView value) {
    if (value.is_number()) deviation.add(value.to_double());
  });
  const auto result = deviation.standard_deviation(1);
  return result ? evaluation.number(*result) : Evaluation::null();
}

}  // namespace

extern const Operator row_std_dev_samp{
    .name = "$stdDevSamp", .function = deviation_of, .arity = {0, Arity::kAny}};

}  // namespace cairn::expr
