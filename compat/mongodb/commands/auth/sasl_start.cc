// saslStart: there are no users yet, so no mechanism has anybody to let in.
#include "compat/mongodb/command/command.h"
#include "compat/mongodb/commands/auth/no_users.h"

namespace cairn::mongodb {
namespace {

enum SaslStartField { kMechanism };
constexpr Field kFields[] = {
    {.name = "mechanism", .types = kString, .required = true},
    {.name = "payload", .types = kBinary | kString, .required = true},
    {.name = "autoAuthorize"},
    {.name = "options", .types = kObject},
    {.name = "db", .types = kString},
};

Status run(Call& call, DocumentBuilder&) {
  return mechanism_unavailable(call.arguments.string(kMechanism));
}

}  // namespace

extern const Row row_sasl_start = {.name = "saslStart",
                                   .help = "Begins an authentication.",
                                   .cost = Cost::kInstant,
                                   .in_api_v1 = true,
                                   .over_op_query = true,
                                   .fields = kFields,
                                   .run = run};

}  // namespace cairn::mongodb
