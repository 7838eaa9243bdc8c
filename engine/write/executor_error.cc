#include "engine/write/executor_error.h"

#include <fmt/format.h>

namespace cairn::write {

Status executor_error(std::string_view command, const Status& status) {
  return {
      status.code(),
      fmt::format("Plan executor error during {} :: caused by :: {}", command, status.message()),
      std::string(status.details())};
}

}  // namespace cairn::write
