// $dateToParts: a date taken to pieces, by months or (iso8601) by weeks.
#include "engine/expr/dates.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

enum : std::size_t { kDate, kTimeZone, kIso8601 };
constexpr NamedArgument kArguments[] = {
    {"date", {40522, "Missing 'date' parameter to $dateToParts"}}, {"timezone"}, {"iso8601"}};
constexpr NamedShape kShape{
    .not_object = {40524, "$dateToParts only supports an object as its argument"},
    .unknown = {40520, "Unrecognized argument to $dateToParts: {}"},
    .arguments = kArguments};

void append_days(const CivilTime& time, DocumentBuilder& parts) {
  parts.append("year", static_cast<std::int32_t>(time.day.year));
  parts.append("month", time.day.month).append("day", time.day.day);
}

void append_weeks(const CivilTime& time, DocumentBuilder& parts) {
  const IsoWeek week = iso_week(time.days);
  parts.append("isoWeekYear", static_cast<std::int32_t>(week.year));
  parts.append("isoWeek", week.week).append("isoDayOfWeek", iso_day_of_week(time.days));
}

Result<ValueView> date_to_parts(const Arguments& arguments) {
  CAIRN_ASSIGN_OR_RETURN(const ValueView date, arguments[kDate]);
  CAIRN_ASSIGN_OR_RETURN(const auto zone, zone_argument(arguments, kTimeZone));
  if (!zone) return Evaluation::null();
  CAIRN_ASSIGN_OR_RETURN(const ValueView iso, arguments[kIso8601]);
  if (arguments.given(kIso8601) && !iso.has_value()) return Evaluation::null();
  if (!iso.missing() && iso.type() != BsonType::kBool) {
    return Status(location(40521),
                  fmt::format("iso8601 must evaluate to a bool, found {}", type_of(iso)));
  }
  if (!date.has_value()) return Evaluation::null();
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t moment, to_milliseconds(date));
  const CivilTime time = civil_time(zone->to_local(moment));
  std::string& bytes = arguments.evaluation().buffer();
  DocumentBuilder parts(bytes);
  if (!iso.missing() && iso.as_bool()) {
    append_weeks(time, parts);
  } else {
    append_days(time, parts);
  }
  parts.append("hour", time.clock.hour).append("minute", time.clock.minute);
  parts.append("second", time.clock.second).append("millisecond", time.clock.millisecond);
  parts.finish();
  return Evaluation::document(bytes);
}

Result<ExpressionPtr> parse_date_to_parts(ValueView argument, const Scope& scope) {
  static constexpr ConstantCheck kChecks[] = {{kTimeZone, check_time_zone}};
  return named_function(kShape, argument, scope, date_to_parts, kChecks);
}

}  // namespace

extern const Operator row_date_to_parts{.name = "$dateToParts", .parse = parse_date_to_parts};

}  // namespace cairn::expr
