// What ending a transaction answers where none can begin.
#pragma once

#include "compat/mongodb/command/command.h"

namespace cairn::mongodb {

// 251 NoSuchTransaction, or 125 CommandFailed without a transaction's number.
Status no_transaction(Call& call, DocumentBuilder& reply);

}  // namespace cairn::mongodb
