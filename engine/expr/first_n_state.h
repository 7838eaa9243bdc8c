// The states of `$firstN` and `$lastN`.
#pragma once

#include <algorithm>
#include <deque>
#include <string>

#include "engine/expr/accumulator.h"
#include "engine/expr/held_value.h"
#include "engine/expr/n_argument.h"
#include "engine/expr/value_list.h"
#include "engine/expr/window_values.h"

namespace cairn::expr {

struct SomeValues {
  std::int64_t n = 0;
  std::size_t bytes = 0;
  std::deque<std::string> values;  // as save_value writes them
};

// The first or last n values of a window.
class WindowEnd final : public WindowValues {
 public:
  enum class Side : bool { kFirst, kLast };
  WindowEnd(std::int64_t n, Side side) : n_(static_cast<std::size_t>(n)), side_(side) {}
  Result<ValueView> result(Evaluation& evaluation) override {
    const std::size_t count = std::min(n_, size());
    const std::size_t from = side_ == Side::kFirst ? 0 : size() - count;
    ValueList list;
    for (std::size_t i = from; i < from + count; ++i) list.push(at(i));
    return list.array(evaluation);
  }

 private:
  std::size_t n_;
  Side side_;
};

class SomeValuesState : public AccumulatorOf<SomeValues> {
 public:
  SomeValuesState(std::string_view name, NInput arguments, WindowEnd::Side side)
      : AccumulatorOf(std::move(arguments.input)),
        name_(name),
        n_(std::move(arguments.n)),
        side_(side) {}
  Status start(void* state, Evaluation& group) const override {
    CAIRN_ASSIGN_OR_RETURN(of(state).n, evaluate_n(*n_, group));
    return Status();
  }
  Result<ValueView> result(const void* state, Evaluation& evaluation) const override {
    ValueList list;
    for (const std::string& value : of(state).values) list.push(saved_value(value));
    return list.array(evaluation);
  }
  Result<RemovablePtr> removable(Evaluation& parameters) const override {
    CAIRN_ASSIGN_OR_RETURN(const std::int64_t n, evaluate_n(*n_, parameters));
    return RemovablePtr(std::make_unique<WindowEnd>(n, side_));
  }
  void save(const void* state, std::string& out) const override {
    ValueList list;
    for (const std::string& value : of(state).values) list.push(saved_value(value));
    list.write(out);
  }
  Status merge(void* state, std::string_view saved, std::size_t& bytes) const override {
    for (const Element& element : saved_list(saved)) {
      CAIRN_RETURN_IF_ERROR(add(state, element.value, bytes));
    }
    return Status();
  }

 protected:
  Status push(void* state, ValueView value, std::size_t& bytes) const {
    std::string saved;
    save_value(value.missing() ? Evaluation::null() : value, saved);
    SomeValues& some = of(state);
    some.bytes += saved.size() + sizeof(std::string);
    bytes += saved.size() + sizeof(std::string);
    some.values.push_back(std::move(saved));
    return check_state_bytes(name_, some.bytes);
  }
  static void pop_front(void* state, std::size_t& bytes) {
    SomeValues& some = of(state);
    const std::size_t size = some.values.front().size() + sizeof(std::string);
    some.bytes -= size;
    bytes -= size;
    some.values.pop_front();
  }
  static bool full(const void* state) {
    return static_cast<std::int64_t>(of(state).values.size()) >= of(state).n;
  }

 private:
  std::string_view name_;
  ExpressionPtr n_;
  WindowEnd::Side side_;
};

}  // namespace cairn::expr
