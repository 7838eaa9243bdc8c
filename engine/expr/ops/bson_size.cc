// $bsonSize: the bytes of a document.
#include "engine/expr/expression.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

Result<ValueView> bson_size(Values values, Evaluation& evaluation) {
  const ValueView value = values[0];
  if (!value.has_value()) return Evaluation::null();
  if (value.is_document()) return evaluation.int32(static_cast<std::int32_t>(value.size()));
  return Status(location(31393),
                fmt::format("$bsonSize requires a document input, found: {}", type_of(value)));
}

}  // namespace

extern const Operator row_bson_size{.name = "$bsonSize", .function = bson_size, .arity = {1, 1}};

}  // namespace cairn::expr
