// Any document as a filter: what parses matches every document without harm, and twice alike.
#include "engine/match/matcher.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cairn;  // NOLINT: a fuzz target is all about it
  const auto filter = validate_document({data, size});
  if (!filter.ok()) return 0;
  const auto matcher = match::Matcher::parse(*filter);
  if (!matcher.ok()) {
    if (matcher.status().message().empty()) std::abort();
    return 0;
  }
  const Document probe = document("_id", 1, "a", array(1, 2.5, "x", document("b", array(1, 2))),
                                  "b", document("a", 1));
  for (const DocumentView matched : {probe.view(), *filter, DocumentView()}) {
    const auto answer = matcher->matches(matched);
    const auto again = matcher->matches(matched);
    if (answer.ok() != again.ok()) std::abort();
    if (!answer.ok()) continue;
    const bool first = *answer;
    if (first != *again) std::abort();
    const auto index = matcher->matched_array_index(matched);
    if (!index.ok() || (index->has_value() && !first)) std::abort();
  }
  return 0;
}
