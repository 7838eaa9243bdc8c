#include "engine/aggregate/window_function.h"

#include <fmt/format.h>

#include "engine/aggregate/sliding.h"

namespace cairn::aggregate {

#define CAIRN_ROW(entry) extern const WindowFunctionRow row_##entry;
#include "engine/aggregate/window_functions/table.inc"
#undef CAIRN_ROW

Result<WindowFunctionPtr> parse_window_function(const WindowCall& call) {
#define CAIRN_ROW(entry) \
  if (call.name == row_##entry.name) return row_##entry.parse(call);
#include "engine/aggregate/window_functions/table.inc"
#undef CAIRN_ROW
  auto row = expr::find_accumulator(call.name);
  if (!row.ok() || call.name == "$accumulator") {
    return window_error(fmt::format("Unrecognized window function, {}", call.name));
  }
  const bool is_empty = call.argument.is_document() && call.argument.as_document().empty();
  if (call.name == "$count" && !is_empty) {
    return window_error("$count only accepts an empty object as input");
  }
  CAIRN_ASSIGN_OR_RETURN(expr::AccumulatorPtr accumulator,
                         (*row)->parse({.value = call.argument}, call.scope));
  CAIRN_ASSIGN_OR_RETURN(WindowBounds bounds, bounds_of(call));
  if (call.name == "$mergeObjects" && !bounds.from_the_start()) {
    return Status(location(5461500),
                  "Window function $mergeObjects is not supported with a removable window");
  }
  return accumulator_window(std::move(accumulator), std::move(bounds));
}

Status window_error(std::string message) { return {ErrorCode::kFailedToParse, std::move(message)}; }

Result<ValueView> evaluate_at(const expr::Expression& expression, Partition& partition,
                              std::size_t i, expr::Evaluation& evaluation) {
  CAIRN_ASSIGN_OR_RETURN(const DocumentView document, partition.document(i));
  evaluation.begin(document, partition.metadata());
  return expression.evaluate(evaluation);
}

}  // namespace cairn::aggregate
