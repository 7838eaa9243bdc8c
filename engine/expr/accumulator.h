// Accumulators: what `$group` computes over the documents of a group.
#pragma once

#include "engine/expr/expression.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <memory>
#include <string_view>

namespace cairn::expr {

// The state of one group's accumulator.
class Accumulator {
 public:
  virtual ~Accumulator() = default;
  // `value` may be missing; it is gone after the call.
  virtual void add(ValueView value) = 0;
  virtual Value result() const = 0;
  // Bytes held beyond the object itself.
  virtual std::size_t bytes() const { return 0; }
};

struct AccumulatorRow {
  std::string_view name;  // "$sum"
  std::unique_ptr<Accumulator> (*make)();
};

// Error: Location15952 "unknown group operator '$x'", NotImplemented for one that Cairn has not
// yet.
Result<const AccumulatorRow*> find_accumulator(std::string_view name);

}  // namespace cairn::expr
