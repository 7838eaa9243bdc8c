// Window functions: what `$setWindowFields` computes for a document from the documents around it.
// Accumulators are window functions too; the others are rows in the family `window_functions/`.
// Source: MongoDB's manual, "$setWindowFields", "Window Operators".
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "engine/aggregate/partition.h"
#include "engine/bson/sort_pattern.h"
#include "engine/expr/expression.h"

namespace cairn::aggregate {

// A function on its way through one partition.
class WindowState {
 public:
  virtual ~WindowState() = default;
  // The value for document `i`, in `out`'s arena or alive until the next call. REQUIRES: 0, 1, … in
  // turn.
  virtual Result<ValueView> value(Partition& partition, std::size_t i, expr::Evaluation& out) = 0;
  // Beside the object itself.
  virtual std::size_t bytes() const { return 0; }
};

// Immutable after parsing.
class WindowFunction {
 public:
  virtual ~WindowFunction() = default;
  virtual Result<std::unique_ptr<WindowState>> begin() const = 0;
};
using WindowFunctionPtr = std::unique_ptr<const WindowFunction>;

// {$rank: <value>, window: {…}}
struct WindowCall {
  std::string_view name;
  ValueView argument;
  std::optional<DocumentView> window;  // as given
  const SortPattern* order =
      nullptr;  // the stage's sortBy, which outlives the function; null: none
  const expr::Scope& scope;
};

struct WindowFunctionRow {
  std::string_view name;  // "$rank"
  Result<WindowFunctionPtr> (*parse)(const WindowCall& call);
};

// Error: FailedToParse for an unknown function; the function's.
Result<WindowFunctionPtr> parse_window_function(const WindowCall& call);

// FailedToParse.
Status window_error(std::string message);
// The expression that a document of the partition gives. `evaluation` is begun with it.
Result<ValueView> evaluate_at(const expr::Expression& expression, Partition& partition,
                              std::size_t i, expr::Evaluation& evaluation);

}  // namespace cairn::aggregate
