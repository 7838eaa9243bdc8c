// saslStart: there are no users yet, so no mechanism has anybody to let in.
#include "compat/mongodb/command/command.h"

#include <string>

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
  return {ErrorCode::kMechanismUnavailable,
          "This server has no users yet: connect without credentials. Received authentication for "
          "mechanism " +
              std::string(call.arguments.string(kMechanism)) + " which is not enabled"};
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
