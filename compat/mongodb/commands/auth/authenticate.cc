// authenticate: the X.509 way in, for which there are no users yet.
#include "compat/mongodb/command/command.h"
#include "compat/mongodb/commands/auth/no_users.h"

namespace cairn::mongodb {
namespace {

enum AuthenticateField { kMechanism };
constexpr Field kFields[] = {
    {.name = "mechanism", .types = kString, .required = true},
    {.name = "user", .types = kString},
    {.name = "db", .types = kString},
};

Status run(Call& call, DocumentBuilder&) {
  return mechanism_unavailable(call.arguments.string(kMechanism));
}

}  // namespace

extern const Row row_authenticate = {.name = "authenticate",
                                     .help = "Authenticates by certificate.",
                                     .cost = Cost::kInstant,
                                     .in_api_v1 = true,
                                     .fields = kFields,
                                     .run = run};

}  // namespace cairn::mongodb
