// $regexFind: the first place at which a regular expression is found in a string, or null.
#include "engine/expr/regex_search.h"

namespace cairn::expr {
namespace {

Result<ValueView> search_first(const Regex& regex, std::string_view input, Evaluation& evaluation) {
  thread_local Regex::Groups groups;
  CAIRN_ASSIGN_OR_RETURN(const bool found, regex.find(input, 0, groups));
  if (!found) return Evaluation::null();
  std::string& bytes = evaluation.buffer();
  DocumentBuilder matches(bytes);
  CodePointAt base;
  push_match(input, groups, base, matches);
  matches.finish();
  return Evaluation::array(bytes).as_document().begin()->value;
}

constexpr RegexAnswers kFirstAnswers{.nothing = Evaluation::null, .search = search_first};

Result<ExpressionPtr> parse_regex_find(ValueView argument, const Scope& scope) {
  return parse_regex_search("$regexFind", argument, scope, kFirstAnswers);
}

}  // namespace

extern const Operator row_regex_find{
    .name = "$regexFind", .parse = parse_regex_find, .folded = false};

}  // namespace cairn::expr
