// $setIntersection: the elements that are in all arrays, each once, sorted.
#include "engine/expr/arrays.h"
#include "engine/expr/expression.h"
#include "engine/expr/sort_values.h"
#include "engine/expr/view_set.h"

#include <fmt/format.h>

#include <algorithm>

namespace cairn::expr {
namespace {

// Keeps of `common` what is in `array`, as it is written in the one that has fewer elements.
Status intersect(std::vector<ValueView>& common, DocumentView array, const Collation* collation,
                 Evaluation& evaluation) {
  ViewSet there(collation);
  CAIRN_RETURN_IF_ERROR(there.insert_all(array, evaluation));
  if (common.size() <= there.size()) {
    std::erase_if(common, [&](ValueView value) { return !there.contains(value); });
    return Status();
  }
  ViewSet here(collation);
  for (const ValueView value : common) here.insert(value);
  common.assign(there.values().begin(), there.values().end());
  std::erase_if(common, [&](ValueView value) { return !here.contains(value); });
  return Status();
}

Result<ValueView> set_intersection(Values values, const Collation* collation,
                                   Evaluation& evaluation) {
  for (const ValueView value : values) {
    if (!value.has_value()) return Evaluation::null();
    if (!value.is_array()) {
      return Status(location(17047), fmt::format("All operands of $setIntersection must be arrays. "
                                                 "One argument is of type: {}",
                                                 type_of(value)));
    }
  }
  if (values.empty()) return build_array({}, evaluation);
  ViewSet first(collation);
  CAIRN_RETURN_IF_ERROR(first.insert_all(values[0].as_document(), evaluation));
  ElementViews elements((DocumentView()));
  std::vector<ValueView>& common = elements.views();
  common.assign(first.values().begin(), first.values().end());
  for (const ValueView value : values.subspan(1)) {
    CAIRN_RETURN_IF_ERROR(intersect(common, value.as_document(), collation, evaluation));
  }
  const auto before = [collation](ValueView a, ValueView b) {
    return compare(a, b, collation) < 0;
  };
  CAIRN_RETURN_IF_ERROR(sort_values(common, before, evaluation));
  return build_array(common, evaluation);
}

}  // namespace

extern const Operator row_set_intersection{.name = "$setIntersection",
                                           .arity = {0, Arity::kAny},
                                           .collated = set_intersection,
                                           .settles_after = 1,
                                           .gathering = Gathering::kAll};

}  // namespace cairn::expr
