// Removable: an accumulator's state over a window that moves on: values come in at one end and
// leave at the other, in the same order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include <cairn/bson.h>
#include <cairn/status.h>

#include "engine/expr/evaluation.h"

namespace cairn::expr {

class Removable {
 public:
  virtual ~Removable() = default;
  // `value` is what the accumulator's `argument` gave; it is gone after the call.
  virtual Status add(ValueView value) = 0;
  // The oldest value leaves; `value` is it, or missing where `wants_removed` is false.
  virtual Status remove(ValueView value) = 0;
  virtual bool wants_removed() const { return true; }
  // In the evaluation's arena, or in the state until the next change.
  virtual Result<ValueView> result(Evaluation& evaluation) = 0;
  // Beside the object itself.
  virtual std::size_t bytes() const { return 0; }
};
using RemovablePtr = std::unique_ptr<Removable>;

}  // namespace cairn::expr
