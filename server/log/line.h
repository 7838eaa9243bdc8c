// One event as one line of JSON.
#pragma once

#include "server/log/log.h"

#include <cairn/bson.h>

#include <chrono>
#include <string>
#include <string_view>

namespace cairn::log {

// Without a line end; line ends within texts are escaped.
std::string format_line(std::chrono::system_clock::time_point time, Severity severity,
                        std::string_view component, std::string_view context,
                        std::string_view message, DocumentView attributes);

}  // namespace cairn::log
