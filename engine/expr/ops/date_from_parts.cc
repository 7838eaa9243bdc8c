// $dateFromParts: a date from its pieces, by months or by ISO 8601's weeks. Pieces out of their
// usual range run on into the next larger.
#include "engine/expr/dates.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

enum : std::size_t {
  kYear,
  kMonth,
  kDay,
  kIsoWeekYear,
  kIsoWeek,
  kIsoDayOfWeek,
  kHour,
  kMinute,
  kSecond,
  kMillisecond,
  kTimeZone
};
constexpr NamedArgument kArguments[] = {{"year"},    {"month"},        {"day"},     {"isoWeekYear"},
                                        {"isoWeek"}, {"isoDayOfWeek"}, {"hour"},    {"minute"},
                                        {"second"},  {"millisecond"},  {"timezone"}};
constexpr NamedShape kShape{
    .not_object = {40519, "$dateFromParts only supports an object as its argument"},
    .unknown = {40518, "Unrecognized argument to $dateFromParts: {}"},
    .arguments = kArguments};

bool is_in_range(std::int64_t year) { return year >= 1 && year <= 9999; }

// Reads the pieces; one that is null makes the date null.
class Pieces {
 public:
  explicit Pieces(const Arguments& arguments) : arguments_(arguments) {}

  bool null() const { return null_; }

  // Any int64.
  Result<std::int64_t> read(std::size_t i, std::int64_t otherwise) {
    if (null_ || !arguments_.given(i)) return otherwise;
    CAIRN_ASSIGN_OR_RETURN(const ValueView value, arguments_[i]);
    null_ = !value.has_value();
    if (null_) return otherwise;
    const auto number = value.is_number() ? value.to_int64_exact() : std::nullopt;
    if (number) return *number;
    return Status(location(40515), fmt::format("'{}' must evaluate to an integer, found {} with "
                                               "value {}",
                                               kArguments[i].name, type_of(value), to_json(value)));
  }
  Result<std::int64_t> read_int16(std::size_t i, std::int64_t otherwise) {
    CAIRN_ASSIGN_OR_RETURN(const std::int64_t number, read(i, otherwise));
    if (number >= INT16_MIN && number <= INT16_MAX) return number;
    return Status(location(31034),
                  fmt::format("'{}' must evaluate to a value in the range [-32768, 32767]; value "
                              "{} is not in range",
                              kArguments[i].name, number));
  }

 private:
  const Arguments& arguments_;
  bool null_ = false;
};

struct Day {
  std::int64_t year = 1970;
  std::int64_t days = 0;  // since 1970-01-01
};

Result<Day> read_day(const Arguments& arguments, Pieces& pieces) {
  Day day;
  if (arguments.given(kIsoWeekYear)) {
    CAIRN_ASSIGN_OR_RETURN(day.year, pieces.read(kIsoWeekYear, 1970));
    CAIRN_ASSIGN_OR_RETURN(const std::int64_t week, pieces.read_int16(kIsoWeek, 1));
    CAIRN_ASSIGN_OR_RETURN(const std::int64_t of_week, pieces.read_int16(kIsoDayOfWeek, 1));
    if (is_in_range(day.year)) day.days = days_of_iso_week(day.year, week, of_week);
    return day;
  }
  CAIRN_ASSIGN_OR_RETURN(day.year, pieces.read(kYear, 1970));
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t month, pieces.read_int16(kMonth, 1));
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t of_month, pieces.read_int16(kDay, 1));
  if (is_in_range(day.year)) day.days = days_of(day.year, month, of_month);
  return day;
}

Status check_year(const Arguments& arguments, std::int64_t year) {
  if (is_in_range(year)) return Status();
  const bool iso = arguments.given(kIsoWeekYear);
  return {location(iso ? 31095 : 40523),
          fmt::format("'{}' must evaluate to an integer in the range 1 to 9999, found {}",
                      kArguments[iso ? kIsoWeekYear : kYear].name, year)};
}

struct Time {
  std::int64_t hour = 0;
  std::int64_t minute = 0;
  std::int64_t second = 0;
  std::int64_t millisecond = 0;
};

Result<Time> read_time(Pieces& pieces) {
  Time time;
  CAIRN_ASSIGN_OR_RETURN(time.hour, pieces.read_int16(kHour, 0));
  CAIRN_ASSIGN_OR_RETURN(time.minute, pieces.read_int16(kMinute, 0));
  CAIRN_ASSIGN_OR_RETURN(time.second, pieces.read(kSecond, 0));
  CAIRN_ASSIGN_OR_RETURN(time.millisecond, pieces.read(kMillisecond, 0));
  return time;
}

Result<std::int64_t> milliseconds_of(const Time& time) {
  std::int64_t total = time.hour * kMillisecondsPerHour + time.minute * kMillisecondsPerMinute;
  std::int64_t seconds = 0;
  std::int64_t microseconds = 0;  // MongoDB hands milliseconds over as these
  if (__builtin_mul_overflow(time.millisecond, 1000, &microseconds) ||
      __builtin_mul_overflow(time.second, kMillisecondsPerSecond, &seconds) ||
      __builtin_add_overflow(total, seconds, &total) ||
      __builtin_add_overflow(total, time.millisecond, &total)) {
    return Status(
        ErrorCode::kDurationOverflow,
        "Overflow casting from a lower-precision duration to a higher-precision duration");
  }
  return total;
}

Result<ValueView> date_from_parts(const Arguments& arguments) {
  Pieces pieces(arguments);
  // In this order: it decides which of several wrong arguments is told of, or whether any is.
  CAIRN_ASSIGN_OR_RETURN(const Time time, read_time(pieces));
  if (pieces.null()) return Evaluation::null();
  CAIRN_ASSIGN_OR_RETURN(const auto zone, zone_argument(arguments, kTimeZone));
  if (!zone) return Evaluation::null();
  CAIRN_ASSIGN_OR_RETURN(const Day day, read_day(arguments, pieces));
  if (pieces.null()) return Evaluation::null();
  CAIRN_RETURN_IF_ERROR(check_year(arguments, day.year));
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t of_day, milliseconds_of(time));
  const std::int64_t local = saturating_add(day.days * kMillisecondsPerDay, of_day);
  return arguments.evaluation().date({zone->to_utc(local)});
}

Result<ExpressionPtr> parse_date_from_parts(ValueView argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(const NamedFields fields, named_fields(kShape, argument));
  if (fields[kYear].missing() && fields[kIsoWeekYear].missing()) {
    return Status(location(40516),
                  "$dateFromParts requires either 'year' or 'isoWeekYear' to be present");
  }
  const auto any = [&](std::size_t a, std::size_t b, std::size_t c) {
    return !fields[a].missing() || !fields[b].missing() || !fields[c].missing();
  };
  if (!fields[kYear].missing() && any(kIsoWeekYear, kIsoWeek, kIsoDayOfWeek)) {
    return Status(location(40489),
                  "$dateFromParts does not allow mixing natural dates with ISO dates");
  }
  if (!fields[kIsoWeekYear].missing() && any(kYear, kMonth, kDay)) {
    return Status(location(40525),
                  "$dateFromParts does not allow mixing ISO dates with natural dates");
  }
  static constexpr ConstantCheck kChecks[] = {{kTimeZone, check_time_zone}};
  return named_function(fields, scope, date_from_parts, kChecks);
}

}  // namespace

extern const Operator row_date_from_parts{.name = "$dateFromParts", .parse = parse_date_from_parts};

}  // namespace cairn::expr
