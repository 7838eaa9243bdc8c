// What $split, $replaceOne and $replaceAll look for: a string, or a regular expression.
#pragma once

#include "engine/expr/regex.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <optional>
#include <string_view>

namespace cairn::expr {

class TextSearch {
 public:
  // REQUIRES: a string or a regular expression, which outlives the search. Errors: those of the
  // expression (Location51111), with the operator's `name`.
  static Result<TextSearch> of(std::string_view name, ValueView sought);

  // The first place at or behind byte `from`. An empty string is found in front of every character
  // and at the end.
  Result<std::optional<Regex::Span>> find(std::string_view text, std::size_t from);

 private:
  std::string_view string_;
  std::optional<Regex> regex_;
  Regex::Groups groups_;
};

// The next character's beginning, or one behind the end.
std::size_t next_character(std::string_view text, std::size_t from);

}  // namespace cairn::expr
