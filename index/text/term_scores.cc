#include "index/text/term_scores.h"

#include <algorithm>

namespace cairn::text {
namespace {

bool equal_but_for_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

void TermScores::add_field(std::string_view text, const Language& language, Version version,
                           double weight) {
  constexpr double kHalf = 0.5;
  constexpr double kWholeField = 1.1;
  field_.clear();
  double words = 0;
  tokenizer_.start(text, language, version, {});
  while (const auto term = tokenizer_.next()) {
    auto found = field_.find(*term);
    if (found == field_.end()) found = field_.emplace(*term, Occurrences()).first;
    Occurrences& term_occurrences = found->second;
    term_occurrences.halved = term_occurrences.count == 0 ? 1 : term_occurrences.halved * kHalf;
    term_occurrences.sum += term_occurrences.halved;
    term_occurrences.count += 1;
    words += 1;
  }
  for (const auto& [term, occurrences] : field_) {
    const double share = kHalf * occurrences.count / words + kHalf;
    const double whole = equal_but_for_case(text, term) ? kWholeField : 1;
    auto found = scores_.find(term);
    if (found == scores_.end()) found = scores_.emplace(term, 0).first;
    found->second += weight * occurrences.sum * share * whole;
  }
}

}  // namespace cairn::text
