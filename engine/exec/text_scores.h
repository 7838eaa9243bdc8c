// TextScores: the sums of scores that terms give to records.
//
// A record is its number: the record id, or, in a clustered collection, when its key was met first.
// Terms are added one after the other, so that sums are the same, to the last bit, whatever the
// plan.
#pragma once

#include "engine/catalog/collection.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cairn::exec {

struct TextScore {
  std::uint64_t record;
  double score;
};

class TextScores {
 public:
  explicit TextScores(const CollectionEntry& collection) : collection_(&collection) {}

  // One entry of the present term. `record_key`: the document's key in `doc`.
  void add(std::string_view record_key, double score);
  // Ends the present term.
  void end_term();

  std::size_t bytes() const;
  // By record, ascending. REQUIRES: end_term.
  std::vector<TextScore>& sums() { return sums_; }
  // The document's key in `doc`.
  void record_key(std::uint64_t record, std::string& out) const;

 private:
  std::uint64_t number(std::string_view record_key);

  const CollectionEntry* collection_;
  std::vector<TextScore> term_;
  std::vector<TextScore> sums_;
  std::vector<TextScore> merged_;
  std::unordered_map<std::string, std::uint64_t> numbers_;  // of a clustered collection
  std::vector<const std::string*> keys_;
  std::size_t key_bytes_ = 0;
};

}  // namespace cairn::exec
