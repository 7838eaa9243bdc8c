// ExecutorError: how MongoDB words what goes wrong while a write runs, as opposed to while it is
// read.
#pragma once

#include <cairn/status.h>

#include <string_view>

namespace cairn::write {

// "Plan executor error during update :: caused by :: …", code and details kept. REQUIRES:
// !status.ok().
Status executor_error(std::string_view command, const Status& status);

}  // namespace cairn::write
