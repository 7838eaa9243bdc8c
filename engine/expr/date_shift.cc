#include "engine/expr/date_shift.h"

#include "engine/expr/dates.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

enum : std::size_t { kStartDate, kUnit, kAmount, kTimeZone };
constexpr NamedArgument kArguments[] = {{"startDate"}, {"unit"}, {"amount"}, {"timezone"}};

Result<std::int64_t> to_amount(std::string_view name, ValueView value, Shift shift) {
  const auto amount = value.is_number() ? value.to_int64_exact() : std::nullopt;
  if (!amount) {
    return Status(location(5166405), fmt::format("{} expects integer amount of time units", name));
  }
  if (shift == Shift::kLater) return *amount;
  if (*amount == INT64_MIN) {
    return Status(location(6045000),
                  fmt::format("invalid {} 'amount' parameter value: {}", name, to_json(value)));
  }
  return -*amount;
}

}  // namespace

Result<ExpressionPtr> parse_date_shift(std::string_view name, ValueView argument,
                                       const Scope& scope, NamedFunction function,
                                       Status (*check_unit)(ValueView value)) {
  const std::string not_object = fmt::format("{} expects an object as its argument", name);
  const std::string unknown = fmt::format(
      "Unrecognized argument to {}: {{}}. Expected arguments "
      "are startDate, unit, amount, and optionally timezone.",
      name);
  CAIRN_ASSIGN_OR_RETURN(const NamedFields fields,
                         named_fields({.not_object = {5166400, not_object},
                                       .unknown = {5166401, unknown},
                                       .arguments = kArguments},
                                      argument));
  if (fields[kStartDate].missing() || fields[kUnit].missing() || fields[kAmount].missing()) {
    return Status(location(5166402),
                  fmt::format("{} requires startDate, unit, and amount to be present", name));
  }
  const ConstantCheck checks[] = {{kUnit, check_unit}, {kTimeZone, check_time_zone}};
  return named_function(fields, scope, function, checks);
}

Result<ValueView> shift_date(std::string_view name, const Arguments& arguments, Shift shift) {
  CAIRN_ASSIGN_OR_RETURN(const ValueView start, arguments[kStartDate]);
  if (!start.has_value()) return Evaluation::null();
  CAIRN_ASSIGN_OR_RETURN(const ValueView unit_value, arguments[kUnit]);
  if (!unit_value.has_value()) return Evaluation::null();
  CAIRN_ASSIGN_OR_RETURN(const TimeUnit unit, to_time_unit(name, unit_value));
  CAIRN_ASSIGN_OR_RETURN(const ValueView amount_value, arguments[kAmount]);
  if (!amount_value.has_value()) return Evaluation::null();
  CAIRN_ASSIGN_OR_RETURN(const auto zone, zone_argument(arguments, kTimeZone));
  if (!zone) return Evaluation::null();
  if (!is_date_like(start)) {
    return Status(location(5166403),
                  fmt::format("{} requires startDate to be convertible to a date", name));
  }
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t amount, to_amount(name, amount_value, shift));
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t moved,
                         date_add(date_like_milliseconds(start), unit, amount, *zone));
  return arguments.evaluation().date({moved});
}

}  // namespace cairn::expr
