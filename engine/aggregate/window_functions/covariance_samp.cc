// $covarianceSamp: the covariance of two expressions, taken as of a sample.
#include "engine/aggregate/covariance.h"

namespace cairn::aggregate {
namespace {

Result<WindowFunctionPtr> parse_covariance_samp(const WindowCall& call) {
  return parse_covariance(call, 1);
}

}  // namespace

extern const WindowFunctionRow row_covariance_samp{"$covarianceSamp", parse_covariance_samp};

}  // namespace cairn::aggregate
