// Exact totals per collection: documents, their bytes, the highest record id given out.
//
// The commit leader alone changes them, in commit order, and writes the new absolute values in the
// batch that made them true, so they are exact after a crash. Anyone reads them without locks; one
// read may be newer than another's snapshot.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include <cairn/status.h>

#include "engine/storage/family.h"

namespace cairn {

class Reader;

struct CountDelta {
  std::int64_t documents = 0;
  std::int64_t bytes = 0;
  RecordId highest_record_id = 0;  // 0: unchanged
};

struct Totals {
  std::int64_t documents = 0;
  std::int64_t bytes = 0;
  RecordId highest_record_id = 0;
};

// meta 'N' rows: FORMAT.md.
std::string encode_totals(const Totals& totals);
Result<Totals> decode_totals(std::string_view value);

class CollectionCounters {
 public:
  CollectionCounters(Keyspace keyspace, const Totals& totals);
  CollectionCounters(const CollectionCounters&) = delete;
  CollectionCounters& operator=(const CollectionCounters&) = delete;

  Keyspace keyspace() const { return keyspace_; }
  std::int64_t documents() const { return documents_.load(std::memory_order_relaxed); }
  std::int64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

  // The first of `count` fresh record ids. Ids of writes that fail stay unused. Thread-safe.
  RecordId take_record_ids(std::uint64_t count = 1) {
    return next_record_id_.fetch_add(count, std::memory_order_relaxed);
  }

 private:
  friend class CommitGroup;
  const Keyspace keyspace_;
  std::atomic<std::int64_t> documents_;
  std::atomic<std::int64_t> bytes_;
  std::atomic<RecordId> next_record_id_;
  // The commit leader's own: totals in the store, with the group in work, and whether that group
  // has changed them.
  Totals committed_;
  Totals committing_;
  bool touched_ = false;
};

// All counters of a store, by the keyspace of the collection's documents.
class CounterTable {
 public:
  // Reads every meta 'N' row.
  Status load(const Reader& reader);
  // The collection's counters, at zero if it is new. Shared: a writer may still hold them while its
  // collection is dropped.
  std::shared_ptr<CollectionCounters> get(Keyspace keyspace);
  void forget(Keyspace keyspace);

 private:
  std::mutex mutex_;
  std::unordered_map<Keyspace, std::shared_ptr<CollectionCounters>> counters_;
};

}  // namespace cairn
