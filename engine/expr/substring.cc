#include "engine/expr/substring.h"

#include "engine/expr/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cairn::expr {
namespace {

Status need_number(std::int32_t code, std::string_view what, ValueView value) {
  if (value.is_number()) return Status();
  return {location(code), fmt::format("$substrBytes:  {} must be a numeric type (is BSON type {})",
                                      what, type_of(value))};
}

// Doubles are cut, decimals rounded.
Result<std::int64_t> to_int64(ValueView value) {
  const bool decimal = value.type() == BsonType::kDecimal128;
  if (!decimal && value.type() != BsonType::kDouble) return value.to_int64_clamped();
  const double number = decimal ? std::nearbyint(value.to_double()) : value.to_double();
  if (number >= -0x1p63 && number < 0x1p63) return static_cast<std::int64_t>(number);
  return Status(location(31109), fmt::format("Can't coerce out of range {}value {:g} to long",
                                             decimal ? "decimal " : "", value.to_double()));
}

}  // namespace

Result<ValueView> substring_by_bytes(Values values, Evaluation& evaluation) {
  CAIRN_ASSIGN_OR_RETURN(const std::string_view text, coerce_to_text(values[0], evaluation));
  CAIRN_RETURN_IF_ERROR(need_number(16034, "starting index", values[1]));
  CAIRN_RETURN_IF_ERROR(need_number(16035, "length", values[2]));
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t begin, to_int64(values[1]));
  if (begin < 0) {
    return Status(location(50752), fmt::format("$substrBytes:  starting index must be "
                                               "non-negative (got: {})",
                                               begin));
  }
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t length, to_int64(values[2]));
  const auto size = static_cast<std::int64_t>(text.size());
  const auto is_inside = [&](std::int64_t at) {
    return at < size && is_continuation(text[static_cast<std::size_t>(at)]);
  };
  if (is_inside(begin)) {
    return Status(location(28656),
                  "$substrBytes:  Invalid range, starting index is a UTF-8 "
                  "continuation byte.");
  }
  if (begin >= size) return evaluation.string({});
  const std::int64_t end = length < 0 || length > size - begin ? size : begin + length;
  if (is_inside(end)) {
    return Status(location(28657),
                  "$substrBytes:  Invalid range, ending index is in the middle of "
                  "a UTF-8 character.");
  }
  return evaluation.string(
      text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)));
}

}  // namespace cairn::expr
