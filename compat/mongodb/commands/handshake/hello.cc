// hello: the handshake, and how drivers watch the server.
#include "compat/mongodb/commands/handshake/hello_reply.h"

namespace cairn::mongodb {
namespace {

Status run(Call& call, DocumentBuilder& reply) {
  return say_hello(call, "isWritablePrimary", reply);
}

}  // namespace

extern const Row row_hello = {.name = "hello",
                              .help = "Says who this server is and what it can do.",
                              .cost = Cost::kInstant,
                              .in_api_v1 = true,
                              .while_stopping = true,
                              .over_op_query = true,
                              .unknown_fields = true,
                              .fields = kHelloFields,
                              .run = run};

}  // namespace cairn::mongodb
