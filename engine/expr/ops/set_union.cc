// $setUnion: the elements that are in any of the arrays, each once, sorted.
#include "engine/expr/arrays.h"
#include "engine/expr/expression.h"
#include "engine/expr/sort_values.h"
#include "engine/expr/view_set.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

Result<ValueView> set_union(Values values, const Collation* collation, Evaluation& evaluation) {
  ViewSet all(collation);
  for (const ValueView value : values) {
    if (!value.has_value()) return Evaluation::null();
    if (!value.is_array()) {
      return Status(location(17043), fmt::format("All operands of $setUnion must be arrays. One "
                                                 "argument is of type: {}",
                                                 type_of(value)));
    }
    CAIRN_RETURN_IF_ERROR(all.insert_all(value.as_document(), evaluation));
  }
  ElementViews sorted((DocumentView()));
  sorted.views().assign(all.values().begin(), all.values().end());
  CAIRN_RETURN_IF_ERROR(sort_values(
      sorted.views(),
      [collation](ValueView a, ValueView b) { return compare(a, b, collation) < 0; }, evaluation));
  return build_array(sorted.views(), evaluation);
}

}  // namespace

extern const Operator row_set_union{.name = "$setUnion",
                                    .arity = {0, Arity::kAny},
                                    .collated = set_union,
                                    .settles_after = 1,
                                    .gathering = Gathering::kAll};

}  // namespace cairn::expr
