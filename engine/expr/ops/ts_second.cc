// $tsSecond: a timestamp's seconds, as an int64.
#include "engine/expr/expression.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

Result<ValueView> ts_second(Values values, Evaluation& evaluation) {
  const ValueView value = values[0];
  if (!value.has_value()) return Evaluation::null();
  if (value.type() == BsonType::kTimestamp) {
    return evaluation.int64(value.as_timestamp().seconds);
  }
  return Status(
      location(5687301),
      fmt::format(" Argument to $tsSecond must be a timestamp, but is {}", type_of(value)));
}

}  // namespace

extern const Operator row_ts_second{.name = "$tsSecond", .function = ts_second, .arity = {1, 1}};

}  // namespace cairn::expr
