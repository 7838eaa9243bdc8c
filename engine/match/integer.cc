#include "engine/match/integer.h"

#include "engine/bson/number.h"
#include "engine/bson/shell_text.h"

#include <cmath>

namespace cairn::match {
namespace {

Status failed(std::string_view message, const Element& argument) {
  return {ErrorCode::kFailedToParse, std::string(message) + ": " + to_shell_text(argument)};
}

}  // namespace

Result<std::int64_t> parse_int64(const Element& argument) {
  if (!argument.value.is_number()) return failed("Expected a number in", argument);
  const double approximate = argument.value.to_double();
  if (std::isnan(approximate)) return failed("Expected an integer, but found NaN in", argument);
  if (const auto exact = argument.value.to_int64_exact()) return *exact;
  const bool fraction = argument.value.type() == BsonType::kDouble &&
                        approximate != std::trunc(approximate) &&
                        std::fabs(approximate) < kInt64End;
  return failed(fraction ? "Expected an integer" : "Cannot represent as a 64-bit integer",
                argument);
}

Result<std::int64_t> parse_non_negative(const Element& argument) {
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t value, parse_int64(argument));
  if (value < 0) return failed("Expected a non-negative number in", argument);
  return value;
}

}  // namespace cairn::match
