// NoUsers: what every way of logging in answers while there are no users.
#pragma once

#include <cairn/status.h>

#include <string_view>

namespace cairn::mongodb {

Status mechanism_unavailable(std::string_view mechanism);

}  // namespace cairn::mongodb
