// Commands that MongoDB has and Cairn does not support yet: another answer (115) than for a name
// that nobody knows (59).
#pragma once

#include "compat/mongodb/command/command.h"

#include <span>

namespace cairn::mongodb {

std::span<const Row> unsupported_rows();

}  // namespace cairn::mongodb
