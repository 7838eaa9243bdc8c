// Moves an index from one snapshot of its collection to a newer one.
#pragma once

#include "engine/catalog/collection.h"
#include "engine/storage/storage.h"

#include <functional>
#include <string>
#include <vector>

namespace cairn::records {

struct IndexMove {
  Reader from;  // what the index holds
  Reader to;    // what it shall hold
  // Keys in `doc` of all documents that differ between the two.
  const std::vector<std::string>* documents = nullptr;
  // Asked before each piece of the work: keeps the index from being dropped meanwhile. Null: the
  // caller does.
  std::function<Result<Lease>()> admit;
};

// REQUIRES: nobody else writes to the index. Errors: of keys, DuplicateKey.
Status move_index(Storage& storage, const CollectionEntry& collection, const IndexEntry& index,
                  const IndexMove& move);

}  // namespace cairn::records
