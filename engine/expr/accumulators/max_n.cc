// $maxN: the n greatest values that are neither null nor missing, the greatest first.
#include "engine/bson/key_string.h"
#include "engine/expr/n_argument.h"
#include "engine/expr/ranked_state.h"

namespace cairn::expr {
namespace {

class GreatestNOf final : public RankedState {
 public:
  GreatestNOf(NInput arguments, const Collation* collation)
      : RankedState("$maxN", std::move(arguments.input), std::move(arguments.n), Keep::kLast),
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
    return ranked_array({values.rbegin(), values.rend()}, evaluation);
  }

 private:
  const Collation* collation_;
};

Result<AccumulatorPtr> parse_max_n(const AccumulatorArgument& argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(NInput arguments, parse_n_input("$maxN", argument.value, scope));
  return AccumulatorPtr(std::make_unique<GreatestNOf>(std::move(arguments), scope.collation()));
}

}  // namespace

namespace accumulators {
extern const AccumulatorRow row_max_n{"$maxN", parse_max_n};
}  // namespace accumulators

}  // namespace cairn::expr
