// $lastN: the values of the last n documents; null where one is missing.
#include "engine/expr/first_n_state.h"

namespace cairn::expr {
namespace {

class LastNOf final : public SomeValuesState {
 public:
  using SomeValuesState::SomeValuesState;
  Status add(void* state, ValueView value, std::size_t& bytes) const override {
    if (full(state)) pop_front(state, bytes);
    return push(state, value, bytes);
  }
};

Result<AccumulatorPtr> parse_last_n(const AccumulatorArgument& argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(NInput arguments, parse_n_input("$lastN", argument.value, scope));
  return AccumulatorPtr(
      std::make_unique<LastNOf>("$lastN", std::move(arguments), WindowEnd::Side::kLast));
}

}  // namespace

namespace accumulators {
extern const AccumulatorRow row_last_n{"$lastN", parse_last_n};
}  // namespace accumulators

}  // namespace cairn::expr
