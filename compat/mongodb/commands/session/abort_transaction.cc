// abortTransaction: there are no transactions yet, so there is never one to abort.
#include "compat/mongodb/commands/session/no_transaction.h"

namespace cairn::mongodb {

extern const Row row_abort_transaction = {.name = "abortTransaction",
                                          .help = "Aborts a transaction.",
                                          .access = Access::kWrite,
                                          .admin_only = true,
                                          .in_api_v1 = true,
                                          .unknown_fields = true,  // recoveryToken
                                          .run = no_transaction};

}  // namespace cairn::mongodb
