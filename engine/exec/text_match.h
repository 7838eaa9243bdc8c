// TextMatch: whether a document's texts are what a `$text` asks for.
#pragma once

#include "engine/catalog/index_entry.h"
#include "index/text/search.h"

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn::exec {

// Reusable; belongs to one thread. `index` and `search` outlive it.
class TextMatch {
 public:
  TextMatch(const IndexEntry& index, const text::Search& search)
      : index_(index), search_(search), check_(search) {}

  // `found`: whether the index has the document under one of the search's terms, so that those need
  // not be looked for again.
  enum class Found : bool { kNo, kYes };
  Result<bool> matches(DocumentView document, Found found);

 private:
  const IndexEntry& index_;
  const text::Search& search_;
  text::TextCheck check_;
};

}  // namespace cairn::exec
