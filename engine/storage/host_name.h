// The name of the machine, for replies that say where something ran.
#pragma once

#include <string>

namespace cairn {

// "localhost" where the system does not tell.
std::string host_name();

}  // namespace cairn
