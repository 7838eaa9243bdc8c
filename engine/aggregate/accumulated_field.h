// One field of what `$group`, `$bucket` and `$bucketAuto` give: {name: {$accumulator: argument}}.
#pragma once

#include <string>
#include <vector>

#include "engine/expr/accumulator.h"

namespace cairn::aggregate {

struct AccumulatedField {
  std::string name;
  expr::AccumulatorPtr accumulator;
  std::string_view function;  // "$sum"; lives for ever
};
using AccumulatedFields = std::vector<AccumulatedField>;

// Errors: 40234 to 40238, find_accumulator's, the accumulator's.
Result<AccumulatedField> parse_accumulated_field(const Element& element, const expr::Scope& scope);

}  // namespace cairn::aggregate
