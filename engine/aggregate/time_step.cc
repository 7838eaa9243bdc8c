#include "engine/aggregate/time_step.h"

#include <fmt/format.h>

#include <chrono>

namespace cairn::aggregate {
namespace {

struct Named {
  std::string_view name;
  StepUnit unit;
  std::int64_t milliseconds;  // 0: of no fixed length
};
constexpr std::int64_t kDayMs = 86'400'000;
constexpr Named kUnits[] = {{"millisecond", StepUnit::kMillisecond, 1},
                            {"second", StepUnit::kSecond, 1000},
                            {"minute", StepUnit::kMinute, 60'000},
                            {"hour", StepUnit::kHour, 3'600'000},
                            {"day", StepUnit::kDay, kDayMs},
                            {"week", StepUnit::kWeek, 7 * kDayMs},
                            {"month", StepUnit::kMonth, 0},
                            {"quarter", StepUnit::kQuarter, 0},
                            {"year", StepUnit::kYear, 0}};

Status overflow() {
  return {ErrorCode::kBadValue, "a step in time leads beyond what a date holds"};
}

// std::chrono's calendar ends at the year 32767.
Result<std::int64_t> step_months(std::int64_t moment, std::int64_t months) {
  using std::chrono::days;
  constexpr std::int64_t kMostMonths = 12 * 60'000;
  constexpr std::int64_t kMostDays = 365 * 32'000;
  std::int64_t day = moment / kDayMs;
  std::int64_t within = moment % kDayMs;
  if (within < 0) {
    --day;
    within += kDayMs;
  }
  if (day > kMostDays || day < -kMostDays || months > kMostMonths || months < -kMostMonths) {
    return overflow();
  }
  const std::chrono::year_month_day from{std::chrono::sys_days(days(day))};
  const std::int64_t total = std::int64_t{static_cast<int>(from.year())} * 12 +
                             (static_cast<unsigned>(from.month()) - 1) + months;
  const std::int64_t year = total >= 0 ? total / 12 : -((11 - total) / 12);
  const auto month = static_cast<unsigned>(total - year * 12 + 1);
  if (year > 32'000 || year < -32'000) return overflow();
  const std::chrono::year_month target{std::chrono::year(static_cast<int>(year)),
                                       std::chrono::month(month)};
  const std::chrono::day last = (target / std::chrono::last).day();
  const std::chrono::sys_days to = target / std::min(from.day(), last);
  return to.time_since_epoch().count() * kDayMs + within;
}

}  // namespace

Result<StepUnit> parse_step_unit(std::string_view name) {
  for (const Named& unit : kUnits) {
    if (unit.name == name) return unit.unit;
  }
  return Status(ErrorCode::kFailedToParse, fmt::format("unknown time unit value: {}", name));
}

std::optional<std::int64_t> milliseconds_of(StepUnit unit) {
  const std::int64_t fixed = kUnits[static_cast<std::size_t>(unit)].milliseconds;
  return fixed > 0 ? std::optional(fixed) : std::nullopt;
}

Result<std::int64_t> step_in_time(std::int64_t moment, StepUnit unit, std::int64_t amount) {
  std::int64_t result = 0;
  if (const auto length = milliseconds_of(unit)) {
    if (__builtin_mul_overflow(*length, amount, &result) ||
        __builtin_add_overflow(moment, result, &result)) {
      return overflow();
    }
    return result;
  }
  const std::int64_t months = unit == StepUnit::kMonth ? 1 : unit == StepUnit::kQuarter ? 3 : 12;
  if (__builtin_mul_overflow(months, amount, &result)) return overflow();
  return step_months(moment, result);
}

}  // namespace cairn::aggregate
