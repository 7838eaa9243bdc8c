// shutdown: stops the server gracefully.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

constexpr Field kFields[] = {
    {.name = "force", .types = kBoolOrNumber},
    {.name = "timeoutSecs", .types = kNumber},
};

Status run(Call& call, DocumentBuilder&) {
  if (!call.dialect.options.request_shutdown) {
    return {ErrorCode::kIllegalOperation, "This database is embedded: its process stops it"};
  }
  call.dialect.options.request_shutdown();
  call.close_after = true;
  return {};
}

}  // namespace

extern const Row row_shutdown = {.name = "shutdown",
                                 .help = "Stops the server.",
                                 .cost = Cost::kInstant,
                                 .admin_only = true,
                                 .while_stopping = true,
                                 .fields = kFields,
                                 .run = run};

}  // namespace cairn::mongodb
