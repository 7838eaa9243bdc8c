// $strLenCP: how many code points a string has.
#include "engine/expr/text.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

Result<ValueView> str_len_cp(Values values, Evaluation& evaluation) {
  if (!values[0].is_string()) {
    return Status(location(34471), fmt::format("$strLenCP requires a string argument, found: {}",
                                               type_of(values[0])));
  }
  return evaluation.int32(static_cast<std::int32_t>(count_code_points(values[0].as_string())));
}

}  // namespace

extern const Operator row_str_len_cp{.name = "$strLenCP", .function = str_len_cp, .arity = {1, 1}};

}  // namespace cairn::expr
