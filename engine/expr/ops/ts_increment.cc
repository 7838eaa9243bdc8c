// $tsIncrement: a timestamp's place within its second, as an int64.
#include "engine/expr/expression.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

Result<ValueView> ts_increment(Values values, Evaluation& evaluation) {
  const ValueView value = values[0];
  if (!value.has_value()) return Evaluation::null();
  if (value.type() == BsonType::kTimestamp) {
    return evaluation.int64(value.as_timestamp().increment);
  }
  return Status(
      location(5687302),
      fmt::format(" Argument to $tsIncrement must be a timestamp, but is {}", type_of(value)));
}

}  // namespace

extern const Operator row_ts_increment{
    .name = "$tsIncrement", .function = ts_increment, .arity = {1, 1}};

}  // namespace cairn::expr
