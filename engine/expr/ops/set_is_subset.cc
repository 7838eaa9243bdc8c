// $setIsSubset: whether all elements of one array are in another.
#include "engine/expr/expression.h"
#include "engine/expr/view_set.h"

namespace cairn::expr {
namespace {

Result<ValueView> set_is_subset(Values values, const Collation* collation, Evaluation& evaluation) {
  CAIRN_RETURN_IF_ERROR(need_array_operand("$setIsSubset", 17046, "First", values[0]));
  CAIRN_RETURN_IF_ERROR(need_array_operand("$setIsSubset", 17042, "Second", values[1]));
  ViewSet all(collation);
  CAIRN_RETURN_IF_ERROR(all.insert_all(values[1].as_document(), evaluation));
  for (const Element& element : values[0].as_document()) {
    CAIRN_RETURN_IF_ERROR(evaluation.step());
    if (!all.contains(element.value)) return Evaluation::boolean(false);
  }
  return Evaluation::boolean(true);
}

}  // namespace

extern const Operator row_set_is_subset{
    .name = "$setIsSubset", .arity = {2, 2}, .collated = set_is_subset};

}  // namespace cairn::expr
