// configureFailPoint: has the server do something wrong, for tests. Only with --test-commands.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

enum ConfigureFailPointField { kMode, kData };
constexpr Field kFields[] = {{.name = "mode"}, {.name = "data"}};

Status run(Call& call, DocumentBuilder& reply) {
  if (!call.target().is_string()) {
    return {ErrorCode::kTypeMismatch, "the name of a fail point must be a string"};
  }
  const ValueView data = call.arguments[kData];
  if (!data.missing() && !data.is_document()) {
    return {ErrorCode::kTypeMismatch, "the 'data' option must be a JSON object"};
  }
  CAIRN_ASSIGN_OR_RETURN(
      const std::int64_t fired,
      call.dialect.fail_points.configure(call.target().as_string(), call.arguments[kMode],
                                         data.missing() ? DocumentView() : data.as_document()));
  reply.append("count", fired);
  return {};
}

}  // namespace

extern const Row row_configure_fail_point = {
    .name = "configureFailPoint",
    .help = "Has the server do something wrong, for tests.",
    .cost = Cost::kInstant,
    .admin_only = true,
    .test_only = true,
    .fields = kFields,
    .run = run};

}  // namespace cairn::mongodb
