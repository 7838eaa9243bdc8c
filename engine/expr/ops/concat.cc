// $concat: strings one after the other.
#include "engine/bson/size_limit.h"
#include "engine/expr/expression.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

Result<ValueView> concat(Values values, Evaluation& evaluation) {
  std::string& text = evaluation.buffer();
  for (const ValueView value : values) {
    if (!value.has_value()) return Evaluation::null();
    if (!value.is_string()) {
      return Status(location(16702),
                    fmt::format("$concat only supports strings, not {}", type_of(value)));
    }
    text += value.as_string();
    check_built_size(text.size());
  }
  return evaluation.string(text);
}

}  // namespace

extern const Operator row_concat{.name = "$concat",
                                 .function = concat,
                                 .arity = {0, Arity::kAny},
                                 .settles_after = 1,
                                 .gathering = Gathering::kNeighbours};

}  // namespace cairn::expr
