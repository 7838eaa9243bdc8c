// isMaster: hello's old name, which drivers say first to a server they do not know.
#include "compat/mongodb/commands/handshake/hello_reply.h"

namespace cairn::mongodb {
namespace {

Status run(Call& call, DocumentBuilder& reply) { return say_hello(call, "ismaster", reply); }

}  // namespace

extern const Row row_is_master = {.name = "isMaster",
                                  .aliases = {"ismaster"},
                                  .help = "Old name of hello.",
                                  .cost = Cost::kInstant,
                                  .while_stopping = true,
                                  .over_op_query = true,
                                  .unknown_fields = true,
                                  .fields = kHelloFields,
                                  .run = run};

}  // namespace cairn::mongodb
