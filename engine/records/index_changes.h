// IndexChanges: what one document's write changes in its collection's secondary indexes.
//
// In three steps, between which the writer takes its locks:
//
//   1. insert, replace or remove: the keys that come and go. Pure.
//   2. add_lock_hashes, and the caller holds those intents besides the document's own.
//   3. check: no other document has a key that must stay unique; notes arrays met for the first
//      time. Then RecordWriter puts the rows into the unit of the document.
//
// Of an index that is being built, step 3 only notes the document for the builder. Reusable without
// allocation. Thread-safety: belongs to one writer.
#pragma once

#include "engine/catalog/collection.h"
#include "engine/records/index_row.h"
#include "engine/records/keys/key_set.h"
#include "engine/storage/reader.h"
#include "engine/storage/write_unit.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::records {

class IndexChanges {
 public:
  // Errors: those of `index_keys`. `collection` outlives the object's use.
  Status insert(const CollectionEntry& collection, DocumentView document);
  Status replace(const CollectionEntry& collection, DocumentView before, DocumentView after);
  Status remove(const CollectionEntry& collection, DocumentView document);

  // Nothing changes in any index.
  bool empty() const { return used_ == 0; }
  // Adds the hashes of keys that come and must stay unique.
  void add_lock_hashes(std::vector<std::uint64_t>& hashes);

  // Error: DuplicateKey, of the first index that has the key (`holder` then tells whose it is).
  // `earlier`: what the document's unit
  // holds already of other documents, or nullptr. REQUIRES: the caller holds the document's intents
  // and those of add_lock_hashes.
  Status check(const Reader& reader, WriteUnit* earlier);

  // After DuplicateKey: the key in `doc` of the document that has the key; empty where only
  // `earlier` has it.
  const std::string& holder() const { return holder_; }

  // Puts the rows into `unit`. `record_key`: the document's key in `doc`. REQUIRES: check.
  void write(std::string_view record_key, WriteUnit& unit);

 private:
  struct Change {
    const IndexEntry* index = nullptr;
    KeySet before;
    KeySet after;
  };
  enum class Side : std::uint8_t { kBefore, kAfter };

  void begin(const CollectionEntry& collection);
  Change& add(const IndexEntry& index);
  template <typename Visit>
  static void for_each_new(const Change& change, Visit&& visit);
  Result<bool> is_taken(const Change& change, IndexKey key, const Reader& reader,
                        WriteUnit* earlier);
  Status note_holder(const IndexEntry& index, std::string_view key, std::string_view value);
  Status note_arrays(const Change& change, const Reader& reader);
  void write_change(const Change& change, std::string_view record_id, WriteUnit& unit);

  const CollectionEntry* collection_ = nullptr;
  std::vector<Change> changes_;  // the first `used_` are in use
  std::size_t used_ = 0;
  std::vector<std::string> multikey_rows_;
  std::string holder_;
  std::string scratch_;
  IndexRowWriter row_;
};

}  // namespace cairn::records
