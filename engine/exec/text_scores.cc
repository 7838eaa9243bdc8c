#include "engine/exec/text_scores.h"

#include "engine/storage/keys.h"

#include <algorithm>

namespace cairn::exec {

std::uint64_t TextScores::number(std::string_view record_key) {
  if (!collection_->definition().clustered) return record_id_of(record_key);
  const auto [at, fresh] = numbers_.try_emplace(std::string(record_key), keys_.size());
  if (fresh) {
    keys_.push_back(&at->first);
    key_bytes_ += record_key.size();
  }
  return at->second;
}

void TextScores::add(std::string_view record_key, double score) {
  term_.push_back({number(record_key), score});
}

void TextScores::end_term() {
  const auto by_record = [](const TextScore& a, const TextScore& b) { return a.record < b.record; };
  std::sort(term_.begin(), term_.end(), by_record);
  if (sums_.empty()) {
    sums_.swap(term_);
    return;
  }
  merged_.clear();
  merged_.reserve(sums_.size() + term_.size());
  auto sum = sums_.begin();
  auto one = term_.begin();
  while (sum != sums_.end() && one != term_.end()) {
    if (sum->record == one->record) {
      merged_.push_back({sum->record, sum->score + one->score});
      ++sum;
      ++one;
    } else {
      merged_.push_back(sum->record < one->record ? *sum++ : *one++);
    }
  }
  merged_.insert(merged_.end(), sum, sums_.end());
  merged_.insert(merged_.end(), one, term_.end());
  sums_.swap(merged_);
  term_.clear();
}

std::size_t TextScores::bytes() const {
  return (term_.size() + 2 * sums_.size()) * sizeof(TextScore) + key_bytes_ +
         keys_.size() * 2 * sizeof(void*);
}

void TextScores::record_key(std::uint64_t record, std::string& out) const {
  if (collection_->definition().clustered) {
    out.assign(*keys_[record]);
    return;
  }
  out.clear();
  append_u32(out, collection_->keyspace());
  append_u64(out, record);
}

}  // namespace cairn::exec
