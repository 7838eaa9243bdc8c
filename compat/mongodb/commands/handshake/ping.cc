// ping: answers.
#include "compat/mongodb/command/command.h"

namespace cairn::mongodb {
namespace {

Status run(Call&, DocumentBuilder&) { return {}; }

}  // namespace

extern const Row row_ping = {.name = "ping",
                             .help = "Answers.",
                             .cost = Cost::kInstant,
                             .in_api_v1 = true,
                             .while_stopping = true,
                             .over_op_query = true,
                             .run = run};

}  // namespace cairn::mongodb
