// What ends a transaction must be part of one.
#pragma once

#include "compat/mongodb/command/command.h"

#include <string>

namespace cairn::mongodb {

// Error: 125 CommandFailed.
inline Status check_ending(const Call& call) {
  if (call.generic.in_transaction()) return {};
  return {ErrorCode::kCommandFailed,
          std::string(call.row.name) + " must be run within a transaction"};
}

}  // namespace cairn::mongodb
