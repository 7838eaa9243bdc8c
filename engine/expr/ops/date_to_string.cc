// $dateToString: a date as text, by a format, on the clocks of a time zone.
#include "engine/expr/date_format.h"
#include "engine/expr/dates.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

enum : std::size_t { kDate, kFormat, kTimeZone, kOnNull };
constexpr NamedArgument kArguments[] = {
    {"date", {18628, "Missing 'date' parameter to $dateToString"}},
    {"format"},
    {"timezone"},
    {"onNull"}};
constexpr NamedShape kShape{
    .not_object = {18629, "$dateToString only supports an object as its argument"},
    .unknown = {18534, "Unrecognized argument to $dateToString: {}"},
    .arguments = kArguments};

constexpr std::string_view kUtcFormat = "%Y-%m-%dT%H:%M:%S.%LZ";
constexpr std::string_view kLocalFormat = "%Y-%m-%dT%H:%M:%S.%L";

Result<ValueView> date_to_string(const Arguments& arguments) {
  CAIRN_ASSIGN_OR_RETURN(const ValueView date, arguments[kDate]);
  CAIRN_ASSIGN_OR_RETURN(const ValueView format, arguments[kFormat]);
  if (format.has_value() && !format.is_string()) {
    return Status(location(18533), fmt::format("$dateToString requires that 'format' be a string, "
                                               "found: {} with value {}",
                                               type_of(format), to_json(format)));
  }
  if (format.has_value()) {
    CAIRN_RETURN_IF_ERROR(check_date_format(format.as_string(), kWrittenSpecifiers));
  }
  CAIRN_ASSIGN_OR_RETURN(const auto zone, zone_argument(arguments, kTimeZone));
  if (!date.has_value()) {
    return arguments.given(kOnNull) ? arguments[kOnNull] : Result(Evaluation::null());
  }
  if (!zone || (arguments.given(kFormat) && !format.has_value())) return Evaluation::null();
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t moment, to_milliseconds(date));
  std::string_view pattern =
      arguments.given(kTimeZone) && !zone->is_utc() ? kLocalFormat : kUtcFormat;
  if (format.has_value()) pattern = format.as_string();
  std::string& text = arguments.evaluation().buffer();
  CAIRN_RETURN_IF_ERROR(write_date(pattern, moment, *zone, text));
  return arguments.evaluation().string(text);
}

Result<ExpressionPtr> parse_date_to_string(ValueView argument, const Scope& scope) {
  static constexpr ConstantCheck kChecks[] = {{kTimeZone, check_time_zone}};
  return named_function(kShape, argument, scope, date_to_string, kChecks);
}

}  // namespace

extern const Operator row_date_to_string{.name = "$dateToString", .parse = parse_date_to_string};

}  // namespace cairn::expr
