// $setDifference: the elements of one array that are not in another, each once, in their order.
#include "engine/expr/arrays.h"
#include "engine/expr/expression.h"
#include "engine/expr/view_set.h"

namespace cairn::expr {
namespace {

Result<ValueView> set_difference(Values values, const Collation* collation,
                                 Evaluation& evaluation) {
  if (!values[0].has_value() || !values[1].has_value()) return Evaluation::null();
  CAIRN_RETURN_IF_ERROR(need_array_operand("$setDifference", 17048, "First", values[0]));
  CAIRN_RETURN_IF_ERROR(need_array_operand("$setDifference", 17049, "Second", values[1]));
  ViewSet seen(collation);  // of the second, then of both
  CAIRN_RETURN_IF_ERROR(seen.insert_all(values[1].as_document(), evaluation));
  const std::size_t of_second = seen.size();
  CAIRN_RETURN_IF_ERROR(seen.insert_all(values[0].as_document(), evaluation));
  return build_array(seen.values().subspan(of_second), evaluation);
}

}  // namespace

extern const Operator row_set_difference{
    .name = "$setDifference", .arity = {2, 2}, .collated = set_difference};

}  // namespace cairn::expr
