// The bulk part of a build: scans the documents of a snapshot and loads the rows of some indexes.
#pragma once

#include "engine/catalog/collection.h"
#include "engine/records/keys/key_set.h"
#include "engine/storage/storage.h"

#include <cairn/operation.h>

#include <functional>
#include <string_view>
#include <vector>

namespace cairn::records {

// IndexBuildAborted.
Status dropped_while_built();

struct LoadOptions {
  Reader reader;  // of the snapshot
  const Interrupt* interrupt = nullptr;
  std::function<void(std::string_view message)> log;
  // Asked before rows are taken in: keeps the keyspaces from being dropped meanwhile.
  std::function<Result<Lease>()> admit;
};

// Loads the rows of `indexes`, whose keyspaces are empty. Errors: of keys, DuplicateKey, the
// interrupt's; nothing is loaded then, or something that is to be dropped.
Status load_indexes(Storage& storage, const CollectionEntry& collection,
                    const std::vector<const IndexEntry*>& indexes, const LoadOptions& options);

// Notes the arrays of a key set in the index's memory; rows for the store are the caller's.
void note_arrays(const IndexEntry& index, const KeySet& keys);

}  // namespace cairn::records
