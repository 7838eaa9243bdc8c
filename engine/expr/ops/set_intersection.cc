// $setIntersection: the elements that are in all arrays, each once, sorted.
#include "engine/expr/arrays.h"
#include "engine/expr/expression.h"
#include "engine/expr/view_set.h"

#include <fmt/format.h>

#include <algorithm>

namespace cairn::expr {
namespace {

// Keeps of `common` what is in `array`, as it is written there.
void intersect(std::vector<ValueView>& common, DocumentView array, const Collation* collation) {
  ViewSet there(collation);
  there.insert_all(array);
  std::erase_if(common, [&](ValueView value) { return !there.contains(value); });
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
  ElementViews elements(values[0].as_document());
  std::vector<ValueView>& common = elements.views();
  for (const ValueView value : values.subspan(1)) {
    intersect(common, value.as_document(), collation);
  }
  const auto before = [collation](ValueView a, ValueView b) {
    return compare(a, b, collation) < 0;
  };
  const auto same = [collation](ValueView a, ValueView b) { return compare(a, b, collation) == 0; };
  std::ranges::stable_sort(common, before);
  const auto repeated = std::ranges::unique(common, same);
  common.erase(repeated.begin(), repeated.end());
  return build_array(common, evaluation);
}

}  // namespace

extern const Operator row_set_intersection{
    .name = "$setIntersection", .arity = {0, Arity::kAny}, .collated = set_intersection};

}  // namespace cairn::expr
