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
  Status add(void* state, ValueView value, std::size_t& bytes) const override {
    if (!value.has_value()) return Status();
    std::string key;
    key::Encoder encoder(key);
    encoder.begin(key::Direction::kAscending);
    append_key(value, encoder, collation_);
    return put(state, key, value, bytes);
  }
  Result<ValueView> result(const void* state, Evaluation& evaluation) const override {
    return array(state, /*backward=*/true, evaluation);
  }

 private:
  const Collation* collation_;
};

Result<AccumulatorPtr> parse_max_n(ValueView argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(NInput arguments, parse_n_input("$maxN", argument, scope));
  return AccumulatorPtr(std::make_unique<GreatestNOf>(std::move(arguments), scope.collation()));
}

}  // namespace

extern const AccumulatorRow row_max_n{"$maxN", parse_max_n};

}  // namespace cairn::expr
