// The arguments that `$percentile` and `$median` take, as accumulators and as expressions.
#pragma once

#include <string_view>
#include <vector>

#include "engine/expr/expression.h"

namespace cairn::expr {

struct PercentileArguments {
  ExpressionPtr input;
  std::vector<double> shares;  // one, a half, for `$median`
};

enum class PercentileForm : bool { kMedian, kPercentiles };

// Errors: 40414 (missing), 40415 (unknown), TypeMismatch and BadValue (method), 7750300 to 7750303
// (p).
Result<PercentileArguments> parse_percentile(std::string_view name, ValueView argument,
                                             PercentileForm form, const Scope& scope);

}  // namespace cairn::expr
