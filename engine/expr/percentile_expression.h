// `$percentile` and `$median` as expressions, over the numbers of an array or one number.
#pragma once

#include "engine/expr/percentile_arguments.h"

namespace cairn::expr {

Result<ExpressionPtr> parse_percentile_expression(std::string_view name, ValueView argument,
                                                  PercentileForm form, const Scope& scope);

}  // namespace cairn::expr
