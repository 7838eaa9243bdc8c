// $covariancePop: the covariance of two expressions, taken as of a population.
#include "engine/aggregate/covariance.h"

namespace cairn::aggregate {
namespace {

Result<WindowFunctionPtr> parse_covariance_pop(const WindowCall& call) {
  return parse_covariance(call, 0);
}

}  // namespace

extern const WindowFunctionRow row_covariance_pop{"$covariancePop", parse_covariance_pop};

}  // namespace cairn::aggregate
