#include "engine/aggregate/rate.h"

#include <fmt/format.h>

#include "engine/aggregate/time_step.h"

namespace cairn::aggregate {
namespace {

Result<std::int64_t> parse_unit(ValueView value) {
  if (!value.is_string()) {
    return window_error(fmt::format("unit' must be a string, but got {}", expr::type_of(value)));
  }
  CAIRN_ASSIGN_OR_RETURN(const StepUnit unit, parse_step_unit(value.as_string()));
  if (const auto length = milliseconds_of(unit)) return *length;
  return Status(location(5490710), "unit must be 'week' or smaller");
}

}  // namespace

Result<Rate> parse_rate(const WindowCall& call) {
  if (call.order == nullptr) return window_error(fmt::format("{} requires a sortBy", call.name));
  if (call.order->size() != 1) {
    return window_error(fmt::format("{} requires a non-compound sortBy", call.name));
  }
  if (!call.argument.is_document()) {
    return window_error(fmt::format("{} expects an object, but got a {}: {}: {}", call.name,
                                    expr::type_of(call.argument), call.name,
                                    to_json(call.argument)));
  }
  Rate rate;
  for (const Element& field : call.argument.as_document()) {
    if (field.name == "input") {
      CAIRN_ASSIGN_OR_RETURN(rate.input, expr::parse_expression(field.value, call.scope));
    } else if (field.name == "unit") {
      CAIRN_ASSIGN_OR_RETURN(rate.unit_ms, parse_unit(field.value));
    } else {
      return window_error(fmt::format("{} got unexpected argument: {}", call.name, field.name));
    }
  }
  if (rate.input == nullptr) {
    return window_error(fmt::format("{} requires an 'input' expression", call.name));
  }
  return rate;
}

}  // namespace cairn::aggregate
