// VectorColumns: what the records of a vector search index are filtered by, in memory: per field of
// type "filter" a number per record, which stands for all that a filter on that path can see of the
// record (records/keys/vector_filter_row.h). A condition is tried once per distinct number
// that is met, whatever the number of records.
//
// Numbers lie by record id, in chunks that are copied before they change while a snapshot has them.
// What a number stands for never changes, so that answers to a condition are kept.
//
// Thread-safety: `put`, `snapshot`, and the end of every snapshot exclude each other (their
// caller's lock); dictionaries and conditions are for all threads.
#pragma once

#include "engine/bson/path.h"
#include "engine/match/matcher.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cairn::exec {

// What the numbers of one field stand for; 0 is a field that a record does not have. Thread-safe.
class ValueDictionary {
 public:
  ValueDictionary();

  // `seen`: the bytes of a document of none or one field.
  std::uint32_t number_of(std::string_view seen);
  std::size_t size() const;
  std::size_t memory() const;
  // What a number stands for; lives as long as the dictionary. Takes no lock. REQUIRES: `number` is
  // below what `size` gave.
  DocumentView value(std::uint32_t number) const;

 private:
  // Values stay where they are: block i has kFirstBlock << i of them.
  static constexpr std::uint64_t kFirstBlock = 1024;
  struct Place {
    std::size_t block;
    std::size_t in_block;
  };
  static Place place_of(std::uint32_t number);

  mutable std::mutex mutex_;  // guards what follows, but values that are there never change
  std::array<std::unique_ptr<std::string[]>, 23> blocks_;
  std::uint32_t size_ = 0;
  std::unordered_map<std::string_view, std::uint32_t> numbers_;  // views into the blocks
  std::size_t bytes_ = 0;
};

// Which numbers of a field fulfil a condition on it, tried when they are first asked for: a byte
// per number that there was when it was made. Thread-safe.
class ColumnCondition {
 public:
  enum class Answer : std::uint8_t { kUnknown, kNo, kYes };

  // `dictionary` outlives it.
  ColumnCondition(std::shared_ptr<const match::Matcher> matcher, const ValueDictionary& dictionary);
  // The same condition for all the numbers that there are now, with what the other knows.
  ColumnCondition(const ColumnCondition& other, std::size_t numbers);

  // REQUIRES: number < size(). kUnknown: the matcher failed, as it does where the thread's
  // operation was ended.
  Answer operator()(std::uint32_t number) {
    const Answer known = known_[number].load(std::memory_order_relaxed);
    return known != Answer::kUnknown ? known : find_out(number);
  }
  std::size_t size() const { return known_.size(); }

 private:
  Answer find_out(std::uint32_t number);

  const std::shared_ptr<const match::Matcher> matcher_;  // shared with those of fewer numbers
  const ValueDictionary& dictionary_;
  std::vector<std::atomic<Answer>> known_;
};

class VectorColumns {
 public:
  static constexpr std::size_t kChunk = 4096;
  // The numbers of so many records, those of one field together. An id's place is id % kChunk in
  // the chunk id / kChunk.
  using Chunk = std::vector<std::uint32_t>;
  using Chunks = std::vector<std::shared_ptr<Chunk>>;  // shared with snapshots; null: no record
  using Snapshot = std::shared_ptr<const Chunks>;      // likewise

  explicit VectorColumns(std::vector<FieldPath> filters);

  // `row`: a filter row's value. Error: InternalError where it is malformed.
  Status put(std::uint64_t id, std::string_view row);
  Snapshot snapshot() const { return chunks_; }

  // What a number of a field stands for; as ValueDictionary::value.
  DocumentView value(std::size_t field, std::uint32_t number) const {
    return dictionaries_[field]->value(number);
  }
  // A condition on one field, as filters have them. Errors: the matcher's.
  static Result<match::Matcher> parse_condition(DocumentView condition);

  // The number of a path among the fields, or -1.
  int find(std::string_view path) const;
  // Of a field, with the answers of before where it was asked before, for all numbers that there
  // are. It lives no longer than this. Errors: the matcher's. REQUIRES: `condition` is {path: …}.
  Result<std::shared_ptr<ColumnCondition>> condition(std::size_t field, DocumentView condition);
  std::size_t memory() const;
  // Whether far more values are known than there are records: those of long ago are never
  // forgotten.
  bool bloated() const;
  // The same without them.
  std::shared_ptr<VectorColumns> compacted() const;

 private:
  static constexpr std::size_t kMostConditions = 256;
  static constexpr std::size_t kMostConditionBytes = 8 << 20;  // but one there may always be
  struct Condition {
    std::shared_ptr<ColumnCondition> answers;  // shared with filters
    std::uint64_t asked = 0;                   // the higher, the later
  };

  Chunk& own_chunk(std::size_t at);
  // Forgets what was not asked for longest, for so many more bytes. The caller holds the mutex.
  void make_room(std::size_t bytes);

  const std::vector<FieldPath> filters_;
  std::vector<std::unique_ptr<ValueDictionary>> dictionaries_;
  std::shared_ptr<Chunks> chunks_;
  std::size_t chunk_count_ = 0;

  mutable std::mutex conditions_mutex_;  // guards what follows
  std::map<std::string, Condition> conditions_;
  std::size_t condition_bytes_ = 0;
  std::uint64_t asked_ = 0;
};

}  // namespace cairn::exec
