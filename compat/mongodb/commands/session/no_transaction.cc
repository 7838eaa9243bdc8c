#include "compat/mongodb/commands/session/no_transaction.h"

#include <string>

namespace cairn::mongodb {

Status no_transaction(Call& call, DocumentBuilder&) {
  if (!call.generic.txn_number) {
    return {ErrorCode::kCommandFailed,
            std::string(call.row.name) + " must be run within a transaction"};
  }
  return {ErrorCode::kNoSuchTransaction,
          "Given transaction number " + std::to_string(*call.generic.txn_number) +
              " does not match any in-progress transactions. The active transaction number is -1"};
}

}  // namespace cairn::mongodb
