// $dateFromString: a date from its text, by a format or as people write dates.
#include "engine/expr/date_format.h"
#include "engine/expr/date_read.h"
#include "engine/expr/date_read_format.h"
#include "engine/expr/dates.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

enum : std::size_t { kDateString, kFormat, kTimeZone, kOnNull, kOnError };
constexpr NamedArgument kArguments[] = {
    {"dateString", {40542, "Missing 'dateString' parameter to $dateFromString"}},
    {"format"},
    {"timezone"},
    {"onNull"},
    {"onError"}};
constexpr NamedShape kShape{
    .not_object = {40540, "$dateFromString only supports an object as an argument, found: {}"},
    .unknown = {40541, "Unrecognized argument to $dateFromString: {}"},
    .arguments = kArguments};

Result<std::int64_t> read(ValueView text, ValueView format, const std::optional<TimeZone>& zone) {
  if (!text.is_string()) {
    return Status(ErrorCode::kConversionFailure,
                  fmt::format("$dateFromString requires that 'dateString' be a string, found: {} "
                              "with value {}",
                              type_of(text), to_json(text)));
  }
  if (format.missing()) return read_date(text.as_string(), zone);
  CAIRN_ASSIGN_OR_RETURN(const DateParts parts,
                         read_by_format(text.as_string(), format.as_string()));
  return moment_of(parts, text.as_string(), zone);
}

Result<ValueView> date_from_string(const Arguments& arguments) {
  CAIRN_ASSIGN_OR_RETURN(const ValueView text, arguments[kDateString]);
  CAIRN_ASSIGN_OR_RETURN(const ValueView format, arguments[kFormat]);
  if (format.has_value() && !format.is_string()) {
    return Status(location(40684), fmt::format("$dateFromString requires that 'format' be a "
                                               "string, found: {} with value {}",
                                               type_of(format), to_json(format)));
  }
  if (format.has_value()) {
    CAIRN_RETURN_IF_ERROR(check_date_format(format.as_string(), kReadSpecifiers));
  }
  std::optional<TimeZone> zone;
  if (arguments.given(kTimeZone)) {
    CAIRN_ASSIGN_OR_RETURN(zone, zone_argument(arguments, kTimeZone));
  }
  if (!text.has_value()) {
    return arguments.given(kOnNull) ? arguments[kOnNull] : Result(Evaluation::null());
  }
  const bool no_format = arguments.given(kFormat) && !format.has_value();
  const bool no_zone = arguments.given(kTimeZone) && !zone;
  if (text.is_string() && (no_format || no_zone)) return Evaluation::null();
  const Result<std::int64_t> moment = read(text, format, zone);
  if (moment.ok()) return arguments.evaluation().date({*moment});
  if (arguments.given(kOnError)) return arguments[kOnError];
  return moment.status();
}

Result<ExpressionPtr> parse_date_from_string(ValueView argument, const Scope& scope) {
  static constexpr ConstantCheck kChecks[] = {{kTimeZone, check_time_zone}};
  return named_function(kShape, argument, scope, date_from_string, kChecks);
}

}  // namespace

extern const Operator row_date_from_string{.name = "$dateFromString",
                                           .parse = parse_date_from_string};

}  // namespace cairn::expr
