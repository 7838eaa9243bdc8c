// Covariance: what `$covariancePop` and `$covarianceSamp` share.
#pragma once

#include "engine/aggregate/window_function.h"

namespace cairn::aggregate {

// `less`: by how much the divisor is less than the count: 0 for a population, 1 for a sample.
Result<WindowFunctionPtr> parse_covariance(const WindowCall& call, std::int64_t less);

}  // namespace cairn::aggregate
