// TextScan: what a plan looks up in a text index, and who it asks for the rest.
#pragma once

#include "engine/catalog/index_entry.h"
#include "engine/match/matcher.h"
#include "index/text/search.h"

#include <memory>
#include <optional>
#include <string>

namespace cairn::plan {

struct Plan;

struct TextScan {
  const IndexEntry* index = nullptr;  // of the definition that was planned for, which outlives this
  text::Search search;
  std::string prefix;     // components of the key before the term, as bytes
  Document prefix_shown;  // the same for `explain`
  bool by_score = false;  // the highest first, rather than in the order of records
  // Of records that the text does not find: the filter where no `$text` holds, and how those that
  // match it are found; null where there are none.
  std::shared_ptr<const match::Matcher> otherwise;
  std::shared_ptr<const Plan> other_plan;
};

}  // namespace cairn::plan
