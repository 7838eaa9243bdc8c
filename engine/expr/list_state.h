// ListState: what `$push` and `$concatArrays` share: a list of values as the state of a group.
#pragma once

#include "engine/expr/accumulator.h"
#include "engine/expr/value_list.h"

namespace cairn::expr {

class ListState : public AccumulatorOf<ValueList> {
 public:
  ListState(std::string_view name, ExpressionPtr expression)
      : AccumulatorOf(std::move(expression)), name_(name) {}
  Result<ValueView> result(const void* state, Evaluation& evaluation) const override {
    return of(state).array(evaluation);
  }
  void save(const void* state, std::string& out) const override { of(state).write(out); }
  Status merge(void* state, std::string_view saved, std::size_t& bytes) const override {
    return push_all(state, saved_list(saved), bytes);
  }

 protected:
  Status push(void* state, ValueView value, std::size_t& bytes) const {
    ValueList& list = of(state);
    const std::size_t before = list.bytes();
    list.push(value);
    bytes += list.bytes() - before;
    return check_state_bytes(name_, list.bytes());
  }
  Status push_all(void* state, DocumentView array, std::size_t& bytes) const {
    for (const Element& element : array) {
      CAIRN_RETURN_IF_ERROR(push(state, element.value, bytes));
    }
    return Status();
  }

 private:
  std::string_view name_;
};

}  // namespace cairn::expr
