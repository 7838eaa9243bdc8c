#include "engine/expr/text_search.h"

#include "engine/expr/text.h"

#include <fmt/format.h>

namespace cairn::expr {

Result<TextSearch> TextSearch::of(std::string_view name, ValueView sought) {
  TextSearch search;
  if (sought.type() != BsonType::kRegex) {
    search.string_ = sought.as_string();
    return search;
  }
  const RegexView written = sought.as_regex();
  Result<Regex> regex = Regex::compile(written.pattern, written.options);
  if (!regex.ok()) {
    return Status(location(51111),
                  fmt::format("Invalid Regex in {}: {}", name, regex.status().message()));
  }
  search.regex_ = std::move(*regex);
  return search;
}

Result<std::optional<Regex::Span>> TextSearch::find(std::string_view text, std::size_t from) {
  if (regex_) {
    CAIRN_ASSIGN_OR_RETURN(const bool found, regex_->find(text, from, groups_));
    return found ? groups_[0] : std::nullopt;
  }
  const std::size_t at = find_text(text, string_, from);
  if (at == std::string_view::npos) return std::optional<Regex::Span>();
  return std::optional<Regex::Span>({at, at + string_.size()});
}

std::size_t next_character(std::string_view text, std::size_t from) {
  for (++from; from < text.size() && is_continuation(text[from]);) ++from;
  return from;
}

}  // namespace cairn::expr
