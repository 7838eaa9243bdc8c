// whatsmyuri: the client's own address.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

Status run(Call& call, DocumentBuilder& reply) {
  reply.append("you", call.connection.client.remote_address);
  return {};
}

}  // namespace

extern const Row row_whatsmyuri = {.name = "whatsmyuri",
                                   .help = "Gives the client's own address.",
                                   .cost = Cost::kInstant,
                                   .while_stopping = true,
                                   .over_op_query = true,
                                   .run = run};

}  // namespace cairn::mongodb
