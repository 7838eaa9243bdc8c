// logout: ends the authentication of the connection, which without users has none.
#include "compat/mongodb/command/command.h"

namespace cairn::mongodb {
namespace {

Status run(Call&, DocumentBuilder&) { return {}; }

}  // namespace

extern const Row row_logout = {.name = "logout",
                               .help = "Ends the connection's authentication.",
                               .cost = Cost::kInstant,
                               .run = run};

}  // namespace cairn::mongodb
