// $type: the name of a value's type; "missing" where there is none.
#include "engine/expr/expression.h"

namespace cairn::expr {
namespace {

Result<ValueView> type_name_of(Values values, Evaluation& evaluation) {
  return evaluation.string(type_of(values[0]));
}

}  // namespace

extern const Operator row_type{.name = "$type", .function = type_name_of, .arity = {1, 1}};

}  // namespace cairn::expr
