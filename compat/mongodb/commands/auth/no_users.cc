#include "compat/mongodb/commands/auth/no_users.h"

#include <string>

namespace cairn::mongodb {

Status mechanism_unavailable(std::string_view mechanism) {
  return {ErrorCode::kMechanismUnavailable,
          "This server has no users yet: connect without credentials. Received authentication for "
          "mechanism " +
              std::string(mechanism) + " which is not enabled"};
}

}  // namespace cairn::mongodb
