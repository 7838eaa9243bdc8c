// $bitNot: an integer with every bit turned.
#include "engine/expr/numeric.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

Result<ValueView> bit_not(Values values, Evaluation& evaluation) {
  const ValueView value = values[0];
  if (!value.has_value()) return Evaluation::null();
  if (!value.is_number()) return not_numeric("$bitNot", value);
  if (value.type() == BsonType::kInt32) return evaluation.int32(~value.as_int32());
  if (value.type() == BsonType::kInt64) return evaluation.int64(~value.as_int64());
  return Status(ErrorCode::kTypeMismatch,
                fmt::format("$bitNot only supports int and long, not: {}.", type_of(value)));
}

}  // namespace

extern const Operator row_bit_not{.name = "$bitNot", .function = bit_not, .arity = {1, 1}};

}  // namespace cairn::expr
