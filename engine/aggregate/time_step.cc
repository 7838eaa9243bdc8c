#include "engine/aggregate/time_step.h"

namespace cairn::aggregate {

Result<StepUnit> parse_step_unit(std::string_view name) {
  return expr::to_time_unit("unit", Value::string(name));
}

std::optional<std::int64_t> milliseconds_of(StepUnit unit) {
  switch (unit) {
    case StepUnit::kMillisecond:
      return 1;
    case StepUnit::kSecond:
      return expr::kMillisecondsPerSecond;
    case StepUnit::kMinute:
      return expr::kMillisecondsPerMinute;
    case StepUnit::kHour:
      return expr::kMillisecondsPerHour;
    case StepUnit::kDay:
      return expr::kMillisecondsPerDay;
    case StepUnit::kWeek:
      return 7 * expr::kMillisecondsPerDay;
    default:
      return std::nullopt;
  }
}

}  // namespace cairn::aggregate
