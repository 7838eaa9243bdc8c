// $firstN: the values of the first n documents; null where one is missing.
#include "engine/expr/first_n_state.h"

namespace cairn::expr {
namespace {

class FirstNOf final : public SomeValuesState {
 public:
  using SomeValuesState::SomeValuesState;
  Status add(void* state, ValueView value, std::size_t& bytes) const override {
    return full(state) ? Status() : push(state, value, bytes);
  }
};

Result<AccumulatorPtr> parse_first_n(const AccumulatorArgument& argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(NInput arguments, parse_n_input("$firstN", argument.value, scope));
  return AccumulatorPtr(
      std::make_unique<FirstNOf>("$firstN", std::move(arguments), WindowEnd::Side::kFirst));
}

}  // namespace

namespace accumulators {
extern const AccumulatorRow row_first_n{"$firstN", parse_first_n};
}  // namespace accumulators

}  // namespace cairn::expr
