// connectionStatus: who the connection is authenticated as: nobody, without users.
#include "compat/mongodb/command/command.h"

namespace cairn::mongodb {
namespace {

enum ConnectionStatusField { kShowPrivileges };
constexpr Field kFields[] = {{.name = "showPrivileges", .types = kBoolOrNumber}};

Status run(Call& call, DocumentBuilder& reply) {
  reply.begin_document("authInfo")
      .begin_array("authenticatedUsers")
      .end()
      .begin_array("authenticatedUserRoles")
      .end();
  if (call.arguments.boolean(kShowPrivileges)) {
    reply.begin_array("authenticatedUserPrivileges").end();
  }
  reply.end();
  return {};
}

}  // namespace

extern const Row row_connection_status = {.name = "connectionStatus",
                                          .help = "Says who the connection belongs to.",
                                          .cost = Cost::kInstant,
                                          .while_stopping = true,
                                          .fields = kFields,
                                          .run = run};

}  // namespace cairn::mongodb
