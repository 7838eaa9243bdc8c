// $binarySize: the bytes of a string's UTF-8 or of a binary's content.
#include "engine/expr/expression.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

Result<ValueView> binary_size(Values values, Evaluation& evaluation) {
  const ValueView value = values[0];
  if (!value.has_value()) return Evaluation::null();
  if (value.is_string()) {
    return evaluation.int32(static_cast<std::int32_t>(value.as_string().size()));
  }
  if (value.type() == BsonType::kBinary) {
    return evaluation.int32(static_cast<std::int32_t>(value.as_binary().bytes.size()));
  }
  return Status(
      location(51276),
      fmt::format("$binarySize requires a string or BinData argument, found: {}", type_of(value)));
}

}  // namespace

extern const Operator row_binary_size{
    .name = "$binarySize", .function = binary_size, .arity = {1, 1}};

}  // namespace cairn::expr
