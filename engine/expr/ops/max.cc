// $max as an expression: the greatest of several values, or in an array, that is neither null nor
// missing.
#include "engine/bson/collation.h"
#include "engine/expr/all_values.h"

namespace cairn::expr {
namespace {

Result<ValueView> greatest_of(Values values, const Collation* collation, Evaluation&) {
  ValueView best;
  for_all_values(values, [&](ValueView value) {
    if (!value.has_value()) return;
    if (best.missing() || compare(value, best, collation) > 0) best = value;
  });
  return best.missing() ? Evaluation::null() : best;
}

}  // namespace

extern const Operator row_max{.name = "$max", .arity = {0, Arity::kAny}, .collated = greatest_of};

}  // namespace cairn::expr
