// $substrCP: a part of a string by code points.
#include "engine/expr/arrays.h"
#include "engine/expr/text.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

Result<std::int32_t> read(std::string_view what, ValueView value, std::int32_t not_number,
                          std::int32_t not_int32) {
  if (!value.is_number()) {
    return Status(location(not_number),
                  fmt::format("$substrCP: {} must be a numeric type (is BSON type {})", what,
                              type_of(value)));
  }
  if (const auto number = exact_int32(value)) return *number;
  return Status(location(not_int32),
                fmt::format("$substrCP: {} cannot be represented as a 32-bit integral value: {}",
                            what, to_json(value)));
}

Result<ValueView> substr_cp(Values values, Evaluation& evaluation) {
  CAIRN_ASSIGN_OR_RETURN(const std::string_view text, coerce_to_text(values[0], evaluation));
  CAIRN_ASSIGN_OR_RETURN(const std::int32_t begin, read("starting index", values[1], 34450, 34451));
  CAIRN_ASSIGN_OR_RETURN(const std::int32_t length, read("length", values[2], 34452, 34453));
  if (length < 0) {
    return Status(location(34454), "$substrCP: length must be a nonnegative integer.");
  }
  if (begin < 0) {
    return Status(location(34455), "$substrCP: the starting index must be nonnegative integer.");
  }
  const std::string_view rest =
      text.substr(offset_of_code_point(text, static_cast<std::size_t>(begin)));
  return evaluation.string(
      rest.substr(0, offset_of_code_point(rest, static_cast<std::size_t>(length))));
}

}  // namespace

extern const Operator row_substr_cp{.name = "$substrCP", .function = substr_cp, .arity = {3, 3}};

}  // namespace cairn::expr
