// What string operators share: values as text, and counting in UTF-8.
#pragma once

#include "engine/expr/expression.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <cstddef>
#include <string_view>

namespace cairn::expr {

// A string, or what MongoDB makes of a number, a date or a timestamp; null and missing are "". In
// the arena or in the value. Errors: Location16007 for other types, Location18537 for dates past
// the years 0 to 9999.
Result<std::string_view> coerce_to_text(ValueView value, Evaluation& evaluation);

constexpr bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

// Code points of UTF-8.
std::size_t count_code_points(std::string_view text);
// Where code point `n` begins, or the end.
std::size_t offset_of_code_point(std::string_view text, std::size_t n);

// The first character, whole. REQUIRES: not empty.
inline std::string_view first_character(std::string_view text) {
  return text.substr(0, offset_of_code_point(text.substr(0, 4), 1));
}

// Where `sought` begins in `text` at or behind byte `from`, or npos. In linear time, whatever both
// are (which std::string_view::find is not).
std::size_t find_text(std::string_view text, std::string_view sought, std::size_t from);

// ASCII letters only, as MongoDB's $toLower and $toUpper have it.
std::string_view to_lower(std::string_view text, Evaluation& evaluation);
std::string_view to_upper(std::string_view text, Evaluation& evaluation);

}  // namespace cairn::expr
