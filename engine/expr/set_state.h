// SetState: what `$addToSet` and `$setUnion` share: a set of values as the state of a group.
#pragma once

#include "engine/expr/accumulator.h"
#include "engine/expr/value_list.h"
#include "engine/expr/value_set.h"
#include "engine/expr/window_set.h"

namespace cairn::expr {

class SetState : public AccumulatorOf<ValueSet> {
 public:
  SetState(std::string_view name, ExpressionPtr expression, const Collation* collation)
      : AccumulatorOf(std::move(expression)), name_(name), collation_(collation) {}
  Result<ValueView> result(const void* state, Evaluation& evaluation) const override {
    return of(state).array(evaluation);
  }
  Result<RemovablePtr> removable(Evaluation&) const override {
    return RemovablePtr(std::make_unique<WindowSet>(collation_));
  }
  void save(const void* state, std::string& out) const override { of(state).write(out); }
  Status merge(void* state, std::string_view saved, std::size_t& bytes) const override {
    return insert_all(state, saved_list(saved), bytes);
  }

 protected:
  const Collation* collation() const { return collation_; }
  Status insert(void* state, ValueView value, std::size_t& bytes) const {
    ValueSet& set = of(state);
    const std::size_t before = set.bytes();
    if (!set.insert(value, collation_)) return Status();
    bytes += set.bytes() - before;
    return check_state_bytes(name_, set.bytes());
  }
  Status insert_all(void* state, DocumentView array, std::size_t& bytes) const {
    for (const Element& element : array) {
      CAIRN_RETURN_IF_ERROR(insert(state, element.value, bytes));
    }
    return Status();
  }

 private:
  std::string_view name_;
  const Collation* collation_;
};

}  // namespace cairn::expr
