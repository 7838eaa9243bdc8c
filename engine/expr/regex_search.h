// What $regexFind, $regexFindAll and $regexMatch share: {input: …, regex: …, options: …}.
#pragma once

#include "engine/expr/expression.h"
#include "engine/expr/regex.h"

#include <cstddef>
#include <string_view>

namespace cairn::expr {

// Answers for an input; both may be told that there is nothing to search.
struct RegexAnswers {
  ValueView (*nothing)();  // input or regex are null
  Result<ValueView> (*search)(const Regex& regex, std::string_view input, Evaluation& evaluation);
};

// A constant regex is compiled once. `name` and `answers` live as long as the program. Errors:
// Location31022, 31023, 31024, 51103; when evaluated Location51104 to 51111, 51156.
Result<ExpressionPtr> parse_regex_search(std::string_view name, ValueView argument,
                                         const Scope& scope, const RegexAnswers& answers);

// {match: text, idx: its code point, captures: […]}, appended to an array. `base` is a byte of
// `input` of which the code point is known; both move on to the match.
struct CodePointAt {
  std::size_t byte = 0;
  std::int32_t code_point = 0;
};
void push_match(std::string_view input, const Regex::Groups& groups, CodePointAt& base,
                DocumentBuilder& matches);

}  // namespace cairn::expr
