// authenticate: the X.509 way in, for which there are no users yet.
#include "compat/mongodb/command/command.h"

#include <string>

namespace cairn::mongodb {
namespace {

enum AuthenticateField { kMechanism };
constexpr Field kFields[] = {
    {.name = "mechanism", .types = kString, .required = true},
    {.name = "user", .types = kString},
    {.name = "db", .types = kString},
};

Status run(Call& call, DocumentBuilder&) {
  return {ErrorCode::kMechanismUnavailable,
          "This server has no users yet: connect without credentials. Received authentication for "
          "mechanism " +
              std::string(call.arguments.string(kMechanism)) + " which is not enabled"};
}

}  // namespace

extern const Row row_authenticate = {.name = "authenticate",
                                     .help = "Authenticates by certificate.",
                                     .cost = Cost::kInstant,
                                     .in_api_v1 = true,
                                     .fields = kFields,
                                     .run = run};

}  // namespace cairn::mongodb
