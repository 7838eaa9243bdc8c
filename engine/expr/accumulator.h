// Accumulators: what `$group` computes over the documents of a group, and windows over those around
// a document. Source: MongoDB's manual, "Accumulators".
//
// An Accumulator is the function with its parameters, parsed once; the states of its groups lie
// where the caller has put them, without an allocation each:
//
//   void* state = …;  // accumulator.state_bytes() bytes, aligned to kStateAlignment
//   accumulator.construct(state);
//   accumulator.start(state, group_evaluation);
//   accumulator.add(state, *accumulator.argument(evaluation), bytes);   // for each document
//   accumulator.result(state, evaluation);
//   accumulator.destroy(state);
//
// States can be saved and merged, in the order of what they have seen: that is how `$group` spills.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <cairn/bson.h>
#include <cairn/limits.h>
#include <cairn/status.h>

#include "engine/expr/expression.h"
#include "engine/expr/removable.h"

namespace cairn::expr {

inline constexpr std::size_t kStateAlignment = 16;

// Immutable after parsing; thread-safe but for the states.
class Accumulator {
 public:
  explicit Accumulator(std::size_t state_bytes) : state_bytes_(state_bytes) {}
  virtual ~Accumulator() = default;
  Accumulator(const Accumulator&) = delete;
  Accumulator& operator=(const Accumulator&) = delete;

  std::size_t state_bytes() const { return state_bytes_; }
  virtual void construct(void* state) const = 0;
  virtual void destroy(void* state) const = 0;
  // Evaluates the parameters that depend on the group; `group`'s root is its `_id` where that is a
  // document, else empty.
  virtual Status start(void* state, Evaluation& group) const {
    (void)state, (void)group;
    return Status();
  }

  // What a document contributes; may be missing.
  virtual Result<ValueView> argument(Evaluation& evaluation) const {
    return expression_ == nullptr ? ValueView() : expression_->evaluate(evaluation);
  }
  // Not null: `argument` is this expression's value.
  const Expression* expression() const { return expression_.get(); }

  // `value` is gone after the call. Adds to `bytes` what the state now holds beyond itself. Errors:
  // ExceededMemoryLimit (146) where one state would hold more than kMaxStageMemoryBytes; of the
  // accumulator.
  virtual Status add(void* state, ValueView value, std::size_t& bytes) const = 0;
  // A view into the state or the evaluation.
  virtual Result<ValueView> result(const void* state, Evaluation& evaluation) const = 0;

  // The same over a window that moves on; `parameters` as for `start`. The default keeps the
  // window's values and computes each result from all of them.
  virtual Result<RemovablePtr> removable(Evaluation& parameters) const;

  virtual void save(const void* state, std::string& out) const = 0;
  // Adds what `save` wrote of a state that saw later documents. REQUIRES: `state` was started.
  virtual Status merge(void* state, std::string_view saved, std::size_t& bytes) const = 0;

 protected:
  ExpressionPtr expression_;

 private:
  std::size_t state_bytes_;
};
using AccumulatorPtr = std::unique_ptr<const Accumulator>;

// For an accumulator whose states are of one C++ type.
template <typename State>
class AccumulatorOf : public Accumulator {
 public:
  explicit AccumulatorOf(ExpressionPtr expression = nullptr) : Accumulator(sizeof(State)) {
    static_assert(alignof(State) <= kStateAlignment);
    expression_ = std::move(expression);
  }
  void construct(void* state) const override { new (state) State(); }
  void destroy(void* state) const override { static_cast<State*>(state)->~State(); }

 protected:
  static State& of(void* state) { return *static_cast<State*>(state); }
  static const State& of(const void* state) { return *static_cast<const State*>(state); }
};

// What an accumulator is given: {$sum: <value>}.
struct AccumulatorArgument {
  ValueView value;
};

struct AccumulatorRow {
  std::string_view name;  // "$sum"
  Result<AccumulatorPtr> (*parse)(const AccumulatorArgument& argument, const Scope& scope);
};

// Error: Location15952 "unknown group operator '$x'".
Result<const AccumulatorRow*> find_accumulator(std::string_view name);

// Error of a state that grew beyond kMaxStageMemoryBytes.
Status check_state_bytes(std::string_view name, std::size_t bytes);

}  // namespace cairn::expr
