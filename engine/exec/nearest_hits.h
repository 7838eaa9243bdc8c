// NearestHits: the hits with the highest scores of all that are offered, with as many of their
// documents as fit into some bytes; who wants the others reads them. Thread-safety: one thread.
#pragma once

#include "engine/exec/vector_search.h"
#include "engine/storage/keys.h"

#include <cairn/bson.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cairn::exec {

class NearestHits {
 public:
  // So many bytes of the documents that a search has found stay in memory until they are asked for.
  static constexpr std::size_t kMostKeptBytes = 4 << 20;

  // At most `limit` hits (at least 1), and `most_kept_bytes` of documents among them.
  NearestHits(std::size_t limit, std::size_t most_kept_bytes)
      : limit_(limit), most_kept_bytes_(most_kept_bytes) {}

  // `record_id`: without a keyspace. `document`: the record's, or empty where it is not at hand.
  void offer(std::string_view record_id, float score, DocumentView document = {}) {
    if (hits_.size() == limit_) {
      if (!nearer(score, record_id, hits_.front())) return;
      std::pop_heap(hits_.begin(), hits_.end(), order);
      kept_bytes_ -= bytes_of(hits_.back().document);
      hits_.pop_back();
    }
    const bool keep = bytes_of(document) <= most_kept_bytes_ - kept_bytes_;
    hits_.push_back({std::string(record_id), score, Document(keep ? document : DocumentView())});
    kept_bytes_ += bytes_of(hits_.back().document);
    std::push_heap(hits_.begin(), hits_.end(), order);
  }

  // The highest score first; of equal ones the lower record id. With the keys of their records in
  // the keyspace `documents`.
  std::vector<VectorHit> take(Keyspace documents) {
    std::sort_heap(hits_.begin(), hits_.end(), order);
    for (VectorHit& hit : hits_) {
      std::string key;
      append_u32(key, documents);
      hit.record_key = key.append(hit.record_key);
    }
    return std::move(hits_);
  }

 private:
  // An empty document stands for none.
  static std::size_t bytes_of(DocumentView document) {
    return document.empty() ? 0 : document.size();
  }
  static bool nearer(float score, std::string_view record_id, const VectorHit& other) {
    return score != other.score ? score > other.score : record_id < other.record_key;
  }
  static bool order(const VectorHit& a, const VectorHit& b) {
    return nearer(a.score, a.record_key, b);
  }

  const std::size_t limit_;
  const std::size_t most_kept_bytes_;
  std::size_t kept_bytes_ = 0;
  std::vector<VectorHit> hits_;  // a heap, the farthest of them first
};

}  // namespace cairn::exec
