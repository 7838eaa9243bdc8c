// $dateTrunc: the beginning of the bin that a date is in. Bins are counted from 2000-01-01T00:00 on
// the zone's clocks, those of weeks from the first beginning of a week that follows.
#include "engine/expr/dates.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

constexpr std::string_view kName = "$dateTrunc";
enum : std::size_t { kDate, kUnit, kBinSize, kTimeZone, kStartOfWeek };
constexpr NamedArgument kArguments[] = {
    {"date", {5439009, "Missing 'date' parameter to $dateTrunc"}},
    {"unit", {5439010, "Missing 'unit' parameter to $dateTrunc"}},
    {"binSize"},
    {"timezone"},
    {"startOfWeek"}};
constexpr NamedShape kShape{
    .not_object = {5439007, "$dateTrunc only supports an object as its argument"},
    .unknown = {5439008,
                "Unrecognized argument to $dateTrunc: {}. Expected arguments are date, unit, and "
                "optionally, binSize, timezone, startOfWeek"},
    .arguments = kArguments};
constexpr int kSunday = 7;
constexpr int kSaturday = 6;                         // of 2000-01-01
constexpr std::int64_t kReference = 946684800000;    // 2000-01-01T00:00
constexpr std::int64_t kMostBins = 100'000'000'000;  // of a day or longer

struct Bins {
  TimeUnit unit;
  std::int64_t size = 1;
  int start_of_week = kSunday;
};

Status overflowed() { return {location(5439000), "dateTrunc overflowed"}; }

std::int64_t fixed_length(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kHour:
      return kMillisecondsPerHour;
    case TimeUnit::kMinute:
      return kMillisecondsPerMinute;
    case TimeUnit::kSecond:
      return kMillisecondsPerSecond;
    case TimeUnit::kMillisecond:
      return 1;
    default:
      return 0;
  }
}

// Down to a whole number of spans since the reference.
Result<std::int64_t> truncate_span(std::int64_t utc, std::int64_t reference, std::int64_t span) {
  std::int64_t distance = 0;
  std::int64_t result = 0;
  if (__builtin_sub_overflow(utc, reference, &distance) ||
      __builtin_sub_overflow(utc, floor_modulo(distance, span), &result)) {
    return overflowed();
  }
  return result;
}

Result<std::int64_t> truncate(std::int64_t utc, const Bins& bins, const TimeZone& zone) {
  std::int64_t reference = zone.to_utc(kReference);
  if (const std::int64_t length = fixed_length(bins.unit); length != 0) {
    std::int64_t span = 0;
    if (__builtin_mul_overflow(length, bins.size, &span)) return overflowed();
    return truncate_span(utc, reference, span);
  }
  if (bins.size > kMostBins) {
    return Status(location(5439006), "dateTrunc unsupported binSize value");
  }
  if (bins.unit == TimeUnit::kWeek) {
    const std::int64_t days = (bins.start_of_week - kSaturday + 7) % 7;
    reference = zone.to_utc(kReference + days * kMillisecondsPerDay);
  }
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t units,
                         date_difference(reference, utc, bins.unit, zone, bins.start_of_week));
  return date_add(reference, bins.unit, units - floor_modulo(units, bins.size), zone);
}

Result<std::int64_t> to_bin_size(ValueView value) {
  const auto size = value.is_number() ? value.to_int64_exact() : std::nullopt;
  if (!size) {
    return Status(location(5439017), fmt::format("$dateTrunc requires 'binSize' to be a 64-bit "
                                                 "integer, but got value '{}' of type {}",
                                                 to_json(value), type_of(value)));
  }
  if (*size <= 0) {
    return Status(location(5439018), fmt::format("$dateTrunc requires 'binSize' to be greater than "
                                                 "0, but got value {}",
                                                 *size));
  }
  return *size;
}

// Nothing where an argument is null.
Result<std::optional<Bins>> to_bins(const Arguments& arguments) {
  CAIRN_ASSIGN_OR_RETURN(const ValueView size, arguments[kBinSize]);
  if (arguments.given(kBinSize) && !size.has_value()) return std::optional<Bins>();
  Bins bins{};
  if (!size.missing()) {
    CAIRN_ASSIGN_OR_RETURN(bins.size, to_bin_size(size));
  }
  CAIRN_ASSIGN_OR_RETURN(const ValueView unit, arguments[kUnit]);
  if (!unit.has_value()) return std::optional<Bins>();
  CAIRN_ASSIGN_OR_RETURN(bins.unit, to_time_unit(kName, unit));
  if (bins.unit == TimeUnit::kWeek && arguments.given(kStartOfWeek)) {
    CAIRN_ASSIGN_OR_RETURN(const ValueView day, arguments[kStartOfWeek]);
    if (!day.has_value()) return std::optional<Bins>();
    CAIRN_ASSIGN_OR_RETURN(bins.start_of_week, to_start_of_week(kName, day));
  }
  return std::optional<Bins>(bins);
}

Result<ValueView> date_trunc(const Arguments& arguments) {
  CAIRN_ASSIGN_OR_RETURN(const ValueView date, arguments[kDate]);
  if (!date.has_value()) return Evaluation::null();
  CAIRN_ASSIGN_OR_RETURN(const auto bins, to_bins(arguments));
  if (!bins) return Evaluation::null();
  CAIRN_ASSIGN_OR_RETURN(const auto zone, zone_argument(arguments, kTimeZone));
  if (!zone) return Evaluation::null();
  if (!is_date_like(date)) {
    return Status(location(5166307), fmt::format("$dateTrunc requires 'date' to be a date, but got "
                                                 "{}",
                                                 type_of(date)));
  }
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t truncated,
                         truncate(date_like_milliseconds(date), *bins, *zone));
  return arguments.evaluation().date({truncated});
}

Result<ExpressionPtr> parse_date_trunc(ValueView argument, const Scope& scope) {
  static constexpr ConstantCheck kChecks[] = {
      {kUnit, [](ValueView value) { return to_time_unit(kName, value).status(); }},
      {kStartOfWeek, [](ValueView value) { return to_start_of_week(kName, value).status(); }},
      {kBinSize, [](ValueView value) { return to_bin_size(value).status(); }},
      {kTimeZone, check_time_zone}};
  return named_function(kShape, argument, scope, date_trunc, kChecks);
}

}  // namespace

extern const Operator row_date_trunc{.name = kName, .parse = parse_date_trunc};

}  // namespace cairn::expr
