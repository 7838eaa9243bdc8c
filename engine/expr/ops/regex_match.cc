// $regexMatch: whether a regular expression is found in a string.
#include "engine/expr/regex_search.h"

namespace cairn::expr {
namespace {

Result<ValueView> search(const Regex& regex, std::string_view input, Evaluation&) {
  return Evaluation::boolean(regex.search(input));
}

constexpr RegexAnswers kAnswers{.nothing = [] { return Evaluation::boolean(false); },
                                .search = search};

Result<ExpressionPtr> parse(ValueView argument, const Scope& scope) {
  return parse_regex_search("$regexMatch", argument, scope, kAnswers);
}

}  // namespace

extern const Operator row_regex_match{.name = "$regexMatch", .parse = parse};

}  // namespace cairn::expr
