// $strLenBytes: how many bytes of UTF-8 a string has.
#include "engine/expr/text.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

Result<ValueView> str_len_bytes(Values values, Evaluation& evaluation) {
  if (!values[0].is_string()) {
    return Status(location(34473), fmt::format("$strLenBytes requires a string argument, found: {}",
                                               type_of(values[0])));
  }
  return evaluation.int32(static_cast<std::int32_t>(values[0].as_string().size()));
}

}  // namespace

extern const Operator row_str_len_bytes{
    .name = "$strLenBytes", .function = str_len_bytes, .arity = {1, 1}};

}  // namespace cairn::expr
