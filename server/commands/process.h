// The process itself: its limits, its name, and what its operator should be warned of.
#pragma once

#include "server/config/settings.h"
#include "server/log/log.h"

#include <cstdint>
#include <string>

namespace cairn::server {

std::string host_name();
std::int64_t process_id();

// Allows as many descriptors as the system lets us, and returns how many connections there may be:
// `wanted` (0: 20,000), or fewer where not so many fit.
std::uint32_t raise_descriptor_limit(std::uint32_t wanted, log::Log& log);

// Access without authentication from other machines, and the like.
void warn_at_startup(const Settings& settings, log::Log& log);

}  // namespace cairn::server
