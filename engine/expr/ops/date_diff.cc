// $dateDiff: how many boundaries of a unit lie between two dates.
#include "engine/expr/dates.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

constexpr std::string_view kName = "$dateDiff";
enum : std::size_t { kStartDate, kEndDate, kUnit, kTimeZone, kStartOfWeek };
constexpr NamedArgument kArguments[] = {
    {"startDate", {5166303, "Missing 'startDate' parameter to $dateDiff"}},
    {"endDate", {5166304, "Missing 'endDate' parameter to $dateDiff"}},
    {"unit", {5166305, "Missing 'unit' parameter to $dateDiff"}},
    {"timezone"},
    {"startOfWeek"}};
constexpr NamedShape kShape{
    .not_object = {5166301, "$dateDiff only supports an object as its argument"},
    .unknown = {5166302, "Unrecognized argument to $dateDiff: {}"},
    .arguments = kArguments};
constexpr int kSunday = 7;

Result<std::int64_t> to_date(std::string_view argument, ValueView value) {
  if (is_date_like(value)) return date_like_milliseconds(value);
  return Status(location(5166307), fmt::format("$dateDiff requires '{}' to be a date, but got {}",
                                               argument, type_of(value)));
}

Result<ValueView> date_diff(const Arguments& arguments) {
  CAIRN_ASSIGN_OR_RETURN(const ValueView start, arguments[kStartDate]);
  if (!start.has_value()) return Evaluation::null();
  CAIRN_ASSIGN_OR_RETURN(const ValueView end, arguments[kEndDate]);
  if (!end.has_value()) return Evaluation::null();
  CAIRN_ASSIGN_OR_RETURN(const ValueView unit_value, arguments[kUnit]);
  if (!unit_value.has_value()) return Evaluation::null();
  CAIRN_ASSIGN_OR_RETURN(const TimeUnit unit, to_time_unit(kName, unit_value));
  int start_of_week = kSunday;
  if (unit == TimeUnit::kWeek && arguments.given(kStartOfWeek)) {
    CAIRN_ASSIGN_OR_RETURN(const ValueView day, arguments[kStartOfWeek]);
    if (!day.has_value()) return Evaluation::null();
    CAIRN_ASSIGN_OR_RETURN(start_of_week, to_start_of_week(kName, day));
  }
  CAIRN_ASSIGN_OR_RETURN(const auto zone, zone_argument(arguments, kTimeZone));
  if (!zone) return Evaluation::null();
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t from, to_date("startDate", start));
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t to, to_date("endDate", end));
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t difference,
                         date_difference(from, to, unit, *zone, start_of_week));
  return arguments.evaluation().int64(difference);
}

Result<ExpressionPtr> parse_date_diff(ValueView argument, const Scope& scope) {
  static constexpr ConstantCheck kChecks[] = {
      {kUnit, [](ValueView value) { return to_time_unit(kName, value).status(); }},
      {kStartOfWeek, [](ValueView value) { return to_start_of_week(kName, value).status(); }},
      {kTimeZone, check_time_zone}};
  return named_function(kShape, argument, scope, date_diff, kChecks);
}

}  // namespace

extern const Operator row_date_diff{.name = kName, .parse = parse_date_diff};

}  // namespace cairn::expr
