// Hint: the index, or the direction of a scan, that a query asks for by name or key pattern.
#pragma once

#include "engine/catalog/collection.h"
#include "engine/plan/plan.h"
#include "engine/storage/reader.h"

#include <cairn/bson.h>

#include <optional>

namespace cairn::plan {

struct Hint {
  std::optional<Direction> natural;   // {$natural: ±1}
  const IndexEntry* index = nullptr;  // neither: no hint
  bool clustered = false;             // the `_id` of a clustered collection
};

// {_id: 1}, or another number.
bool is_id_pattern(DocumentView pattern);

// Error: BadValue where there is no such index, IndexNotFound where a pattern has several,
// FailedToParse for another type.
Result<Hint> parse_hint(const CollectionEntry& collection, ValueView hint,
                        Hidden hidden = Hidden::kNot);

}  // namespace cairn::plan
