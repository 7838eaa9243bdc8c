// VectorColumns: what the records of a vector search index are filtered by, in memory: per field of
// type "filter" a number per record, which stands for all that a filter on that path can see of the
// record (records/keys/vector_filter_row.h). A condition is tried once per distinct number,
// whatever the number of records.
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

#include <cstdint>
#include <deque>
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
  // What a number stands for; lives as long as the dictionary.
  std::string_view value(std::uint32_t number) const;
  // Calls f(document) for the numbers from `from` on, ascending, as long as it gives true.
  template <typename Visit>
  void for_each_from(std::size_t from, const Visit& f) const {
    const std::size_t end = size();
    for (std::size_t at = from; at < end; ++at) {
      const std::string_view seen = value(static_cast<std::uint32_t>(at));
      if (!f(DocumentView(reinterpret_cast<const std::uint8_t*>(seen.data())))) return;
    }
  }

 private:
  mutable std::mutex mutex_;
  std::deque<std::string> values_;
  std::unordered_map<std::string_view, std::uint32_t> numbers_;  // views into values_
  std::size_t bytes_ = 0;
};

// Which numbers of a field fulfil a condition on it. Thread-safe.
class ColumnCondition {
 public:
  // `condition`: {path: …}. Errors: the matcher's.
  static Result<std::shared_ptr<ColumnCondition>> parse(DocumentView condition,
                                                        const ValueDictionary& dictionary);
  ColumnCondition(match::Matcher matcher, const ValueDictionary& dictionary)
      : matcher_(std::move(matcher)), dictionary_(dictionary) {}

  // A byte per number that the dictionary has now, 1 where it fulfils the condition. Errors: the
  // matcher's.
  using Answers = std::shared_ptr<const std::vector<std::uint8_t>>;
  Result<Answers> answers();

 private:
  const match::Matcher matcher_;
  const ValueDictionary& dictionary_;
  std::mutex mutex_;
  Answers answers_ = std::make_shared<const std::vector<std::uint8_t>>();
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

  // The number of a path among the fields, or -1.
  int find(std::string_view path) const;
  // Of a field, from memory where it was asked before. REQUIRES: `condition` is {path: …}.
  Result<std::shared_ptr<ColumnCondition>> condition(std::size_t field, DocumentView condition);
  std::size_t memory() const;
  // Whether far more values are known than there are records: those of long ago are never
  // forgotten.
  bool bloated() const;
  // The same without them.
  std::shared_ptr<VectorColumns> compacted() const;

 private:
  static constexpr std::size_t kMostConditions = 256;

  Chunk& own_chunk(std::size_t at);

  const std::vector<FieldPath> filters_;
  std::vector<std::unique_ptr<ValueDictionary>> dictionaries_;
  std::shared_ptr<Chunks> chunks_;
  std::size_t chunk_count_ = 0;

  std::mutex conditions_mutex_;
  std::map<std::string, std::shared_ptr<ColumnCondition>> conditions_;  // guarded by it
};

}  // namespace cairn::exec
