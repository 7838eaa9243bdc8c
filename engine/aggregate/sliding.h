// Sliding: a function of the values in a window, by adding those that come in and removing those
// that go out.
#pragma once

#include <functional>

#include "engine/aggregate/window_bounds.h"
#include "engine/aggregate/window_function.h"
#include "engine/expr/accumulator.h"

namespace cairn::aggregate {

// What is computed over a window. Immutable.
class SlidingFunction {
 public:
  virtual ~SlidingFunction() = default;
  // What document `i` contributes; `evaluation` is begun with it. May be missing.
  virtual Result<ValueView> argument(Partition& partition, std::size_t i,
                                     expr::Evaluation& evaluation) const = 0;
  virtual Result<expr::RemovablePtr> removable(expr::Evaluation& parameters) const = 0;
};

// `window` may be {}: everything.
WindowFunctionPtr sliding_window(std::unique_ptr<const SlidingFunction> function,
                                 WindowBounds bounds);
// An accumulator. What begins at the partition's first document only grows, and is computed as in a
// group.
WindowFunctionPtr accumulator_window(expr::AccumulatorPtr accumulator, WindowBounds bounds);

// The bounds of a call.
Result<WindowBounds> bounds_of(const WindowCall& call);

}  // namespace cairn::aggregate
