// $accumulator: a function in JavaScript. Cairn has no JavaScript, as a MongoDB with scripting
// disabled.
#include "engine/expr/accumulator.h"

namespace cairn::expr {
namespace {

Result<AccumulatorPtr> parse_accumulator(const AccumulatorArgument&, const Scope&) {
  return Status(location(31264),
                "Cannot run server-side javascript without the javascript engine enabled");
}

}  // namespace

namespace accumulators {
extern const AccumulatorRow row_accumulator{"$accumulator", parse_accumulator};
}  // namespace accumulators

}  // namespace cairn::expr
