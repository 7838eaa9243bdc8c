// commitTransaction: there are no transactions yet, so there is never one to commit.
#include "compat/mongodb/commands/session/no_transaction.h"

namespace cairn::mongodb {

extern const Row row_commit_transaction = {.name = "commitTransaction",
                                           .help = "Commits a transaction.",
                                           .access = Access::kWrite,
                                           .admin_only = true,
                                           .in_api_v1 = true,
                                           .unknown_fields = true,  // recoveryToken
                                           .run = no_transaction};

}  // namespace cairn::mongodb
