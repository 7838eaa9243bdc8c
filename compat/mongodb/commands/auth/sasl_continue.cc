// saslContinue: goes on with an authentication; none is ever begun without users.
#include "compat/mongodb/command/command.h"

namespace cairn::mongodb {
namespace {

constexpr Field kFields[] = {
    {.name = "conversationId", .types = kNumber, .required = true},
    {.name = "payload", .types = kBinary | kString, .required = true},
};

Status run(Call&, DocumentBuilder&) {
  return {ErrorCode::kProtocolError, "No SASL session state found"};
}

}  // namespace

extern const Row row_sasl_continue = {.name = "saslContinue",
                                      .help = "Goes on with an authentication.",
                                      .cost = Cost::kInstant,
                                      .in_api_v1 = true,
                                      .over_op_query = true,
                                      .fields = kFields,
                                      .run = run};

}  // namespace cairn::mongodb
