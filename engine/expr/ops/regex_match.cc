// $regexMatch: whether a regular expression is found in a string.
#include "engine/expr/regex_search.h"

namespace cairn::expr {
namespace {

Result<ValueView> search(const Regex& regex, std::string_view input, Evaluation&) {
  thread_local Regex::Groups groups;
  CAIRN_ASSIGN_OR_RETURN(const bool found, regex.find(input, 0, groups));
  return Evaluation::boolean(found);
}

constexpr RegexAnswers kAnswers{.nothing = [] { return Evaluation::boolean(false); },
                                .search = search};

Result<ExpressionPtr> parse_regex_match(ValueView argument, const Scope& scope) {
  return parse_regex_search("$regexMatch", argument, scope, kAnswers);
}

}  // namespace

extern const Operator row_regex_match{
    .name = "$regexMatch", .parse = parse_regex_match, .folded = false};

}  // namespace cairn::expr
