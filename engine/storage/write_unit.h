// WriteUnit: the writes of one statement or transaction, applied together or not at all by
// CommitPipeline.
//
// Keys are always copied. Values are copied too, or borrowed until the commit returns
// (`Bytes::kBorrow`), which saves a copy of each document. Small units allocate nothing: they live
// in the object. Later writes of a key win. Thread-safety: belongs to one thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/storage/change.h"
#include "engine/storage/counters.h"
#include "engine/storage/family.h"

namespace cairn {

enum class Bytes : std::uint8_t {
  kCopy,
  kBorrow,  // the caller keeps them alive and unchanged until the commit returns
};

class WriteUnit {
 public:
  struct Write {
    enum class Kind : std::uint8_t { kPut, kRemove, kRemoveRange, kPutNumbered };
    Kind kind;
    Family family;
    std::string_view key;    // kRemoveRange: the lower bound; kPutNumbered: before the op number
    std::string_view value;  // kRemoveRange: the upper bound, exclusive; kPutNumbered: behind it
  };
  struct Count {
    CollectionCounters* counters;
    CountDelta delta;
  };
  struct Found {
    bool removed;
    std::string_view value;
  };

  WriteUnit();
  WriteUnit(const WriteUnit&) = delete;
  WriteUnit& operator=(const WriteUnit&) = delete;
  ~WriteUnit();

  void put(Family family, std::string_view key, std::string_view value, Bytes bytes = Bytes::kCopy);
  void remove(Family family, std::string_view key);
  // A row of no value under `before`, the op number that the unit will have (8 bytes, big-endian)
  // and `behind`: rows of a log in the order of commits. Not seen by `find`.
  void put_numbered(Family family, std::string_view before, std::string_view behind);
  // Every key in [lower, upper). Costs every later reader a little: for dropping keyspaces only,
  // whose numbers alone the bounds are (rocks_options.cc says why).
  void remove_range(Family family, std::string_view lower, std::string_view upper);
  // One oplog row; `document` says whether change.document is copied or borrowed.
  void change(const Change& change, Bytes document = Bytes::kCopy);
  // Changes the totals of a collection; the new totals are written in the same batch.
  // REQUIRES: `counters` outlives the commit (the caller holds the collection).
  void count(CollectionCounters& counters, CountDelta delta);

  // A copy of `bytes` that lives as long as the unit, for what is to be borrowed.
  std::string_view own(std::string_view bytes) { return keep(bytes, Bytes::kCopy); }

  // What this unit last did to a key, or nullopt. Range removals are not looked at.
  // The first call builds an index over the unit, which later writes keep.
  std::optional<Found> find(Family family, std::string_view key);

  bool empty() const { return writes_.empty() && changes_.empty() && counts_.empty(); }
  // Bytes of keys and values, change records included: what the batch will roughly take.
  std::size_t bytes() const { return bytes_; }
  void clear();

  std::span<const Write> writes() const { return writes_; }
  std::span<const Change> changes() const { return changes_; }
  std::span<const Count> counts() const { return counts_; }

 private:
  std::string_view keep(std::string_view bytes, Bytes how);
  void add(const Write& write);

  static constexpr std::size_t kInlineBytes = 1536;
  alignas(16) std::array<std::byte, kInlineBytes> inline_;
  std::pmr::monotonic_buffer_resource arena_;
  std::pmr::vector<Write> writes_;
  std::pmr::vector<Change> changes_;
  std::pmr::vector<Count> counts_;
  std::unordered_map<std::uint64_t, std::uint32_t> by_key_;  // key hash -> index in writes_
  bool indexed_ = false;
  std::size_t bytes_ = 0;
};

}  // namespace cairn
