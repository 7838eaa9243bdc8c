// $minN: the n least values that are neither null nor missing, the least first.
#include "engine/bson/key_string.h"
#include "engine/expr/n_argument.h"
#include "engine/expr/ranked_state.h"

namespace cairn::expr {
namespace {

class LeastNOf final : public RankedState {
 public:
  LeastNOf(NInput arguments, const Collation* collation)
      : RankedState("$minN", std::move(arguments.input), std::move(arguments.n), Keep::kFirst),
        collation_(collation) {}

 protected:
  bool read(ValueView argument, std::string& key, ValueView& value) const override {
    if (!argument.has_value()) return false;
    key::Encoder encoder(key);
    encoder.begin(key::Direction::kAscending);
    append_key(argument, encoder, collation_);
    value = argument;
    return true;
  }
  ValueView give(const std::vector<const RankedValue*>& values,
                 Evaluation& evaluation) const override {
    return ranked_array(values, evaluation);
  }

 private:
  const Collation* collation_;
};

Result<AccumulatorPtr> parse_min_n(const AccumulatorArgument& argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(NInput arguments, parse_n_input("$minN", argument.value, scope));
  return AccumulatorPtr(std::make_unique<LeastNOf>(std::move(arguments), scope.collation()));
}

}  // namespace

namespace accumulators {
extern const AccumulatorRow row_min_n{"$minN", parse_min_n};
}  // namespace accumulators

}  // namespace cairn::expr
