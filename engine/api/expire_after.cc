#include "engine/api/expire_after.h"

#include "engine/api/indexes/refusals.h"

#include <fmt/format.h>

#include <limits>

namespace cairn::api {
namespace {

constexpr std::int64_t kMillisecondsOfSecond = 1000;

Status refused(std::string_view why) {
  return invalid_options(fmt::format("TTL index 'expireAfterSeconds' option {}", why));
}

}  // namespace

Result<std::int64_t> expire_after_seconds(ValueView value, Date now) {
  if (!value.is_number()) return refused("must be numeric and not negative");
  if (value.is_nan()) return std::int64_t{INT32_MAX};
  const std::int64_t seconds = value.to_int64_clamped();
  if (seconds < 0) return refused("cannot be less than 0");
  if (seconds > std::numeric_limits<std::int64_t>::max() / kMillisecondsOfSecond) {
    return refused(
        fmt::format("cannot overflow int64_t when cast as milliseconds, found {}", seconds));
  }
  const std::int64_t since_epoch = now.milliseconds / kMillisecondsOfSecond;
  if (seconds > since_epoch) {
    return refused(
        fmt::format("cannot exceed time since last epoch ({}s) found {}", since_epoch, seconds));
  }
  return seconds;
}

}  // namespace cairn::api
