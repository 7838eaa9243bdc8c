// $regexFindAll: all places at which a regular expression is found in a string.
#include "engine/expr/regex_search.h"
#include "engine/expr/text_search.h"

namespace cairn::expr {
namespace {

Result<ValueView> search_all(const Regex& regex, std::string_view input, Evaluation& evaluation) {
  thread_local Regex::Groups groups;
  std::string& bytes = evaluation.buffer();
  DocumentBuilder matches(bytes);
  CodePointAt base;
  // An empty match at the very end does not count, but in an empty string.
  for (std::size_t from = 0; from < input.size() || from == 0;) {
    CAIRN_ASSIGN_OR_RETURN(const bool found, regex.find(input, from, groups));
    if (!found) break;
    CAIRN_RETURN_IF_ERROR(evaluation.step());
    push_match(input, groups, base, matches);
    const Regex::Span whole = *groups[0];
    from = whole.begin == whole.end ? next_character(input, whole.end) : whole.end;
  }
  matches.finish();
  return Evaluation::array(bytes);
}

ValueView nothing() {
  static const Value kEmpty = array();
  return kEmpty.view();
}

constexpr RegexAnswers kAllAnswers{.nothing = nothing, .search = search_all};

Result<ExpressionPtr> parse_regex_find_all(ValueView argument, const Scope& scope) {
  return parse_regex_search("$regexFindAll", argument, scope, kAllAnswers);
}

}  // namespace

extern const Operator row_regex_find_all{
    .name = "$regexFindAll", .parse = parse_regex_find_all, .folded = false};

}  // namespace cairn::expr
