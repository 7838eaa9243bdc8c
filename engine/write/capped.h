// Capped collections: the oldest documents go when new ones need their room.
//
// Inserts into one capped collection come one at a time: each holds the collection's own intent,
// taken before that of any document, from before it looks at the totals until its commit. So no two
// of them can wait for each other.
#pragma once

#include "engine/records/record_key.h"
#include "engine/records/record_writer.h"
#include "engine/write/context.h"

#include <cairn/bson.h>

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace cairn::write {

class CappedRoom {
 public:
  // Takes the collection's intent. REQUIRES: a lease on `collection`, which is capped and outlives
  // the object; the caller holds no intents.
  static Result<CappedRoom> open(Context& context, const CollectionEntry& collection);

  // Finds the documents that must go before one of `bytes` can come. Error: BadValue where it is
  // larger than the collection may be.
  Status make(std::uint32_t bytes);
  // Adds the intents that `remove` needs. REQUIRES: make.
  void add_hashes(std::vector<std::uint64_t>& hashes) const;
  // Puts the removals into `writer`'s unit. REQUIRES: the caller holds the intents.
  Status remove(records::RecordWriter& writer);

 private:
  struct Victim {
    records::IdKey id;
    std::string record_key;
    PinnedValue document;
  };

  CappedRoom(Context& context, const CollectionEntry& collection)
      : context_(&context), collection_(&collection) {}

  void seek_oldest(KeyCursor& cursor, const KeyspaceRange& range);

  Context* context_;
  const CollectionEntry* collection_;
  Intents turn_;
  std::deque<Victim> victims_;
};

}  // namespace cairn::write
