// RankedByValue: the n least or greatest values that are neither null nor missing ($minN, $maxN).
#pragma once

#include "engine/bson/key_string.h"
#include "engine/expr/n_argument.h"
#include "engine/expr/ranked_state.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cairn::expr {

class RankedByValue final : public RankedState {
 public:
  RankedByValue(std::string_view name, NInput arguments, Keep keep, const Collation* collation)
      : RankedState(name, std::move(arguments.input), std::move(arguments.n), keep),
        greatest_first_(keep == Keep::kLast),
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
    if (!greatest_first_) return ranked_array(values, evaluation);
    return ranked_array({values.rbegin(), values.rend()}, evaluation);
  }

 private:
  bool greatest_first_;
  const Collation* collation_;
};

inline Result<AccumulatorPtr> parse_ranked_by_value(std::string_view name, Keep keep,
                                                    const AccumulatorArgument& argument,
                                                    const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(NInput arguments, parse_n_input(name, argument.value, scope));
  return AccumulatorPtr(
      std::make_unique<RankedByValue>(name, std::move(arguments), keep, scope.collation()));
}

}  // namespace cairn::expr
