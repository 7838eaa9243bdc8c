// Shortlist: the candidates of a scan that full precision has to decide on. One is on it if its
// distance less what its code may be off is within the limit-th smallest distance plus slack; a
// fixed number would lose near-ties (recall 0.48 where all distances are alike). Thread-safety: one
// thread.
#pragma once

#include "index/vector/scratch.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace cairn::vector {

class Shortlist {
 public:
  // Uses the two arrays of `scratch`, emptied. What is beyond a distance is not wanted. REQUIRES:
  // limit > 0.
  Shortlist(Scratch& scratch, std::size_t limit, float beyond)
      : pending_(scratch.pending), greatest_(scratch.found), limit_(limit), beyond_(beyond) {
    pending_.clear();
    greatest_.clear();
  }

  // No candidate whose least distance is beyond this gets on the list any more.
  float most() const {
    return greatest_.size() < limit_ ? beyond_ : std::min(beyond_, greatest_.front().distance);
  }

  void offer(float distance, float slack, std::uint32_t id) {
    if (distance - slack > most()) return;
    pending_.push_back({distance - slack, id});
    const Candidate greatest{distance + slack, id};
    if (greatest_.size() == limit_) {
      if (!(greatest < greatest_.front())) return;
      std::pop_heap(greatest_.begin(), greatest_.end());
      greatest_.back() = greatest;
    } else {
      greatest_.push_back(greatest);
    }
    std::push_heap(greatest_.begin(), greatest_.end());
  }

  // What once looked near enough need not any more: keeps the list small.
  void tidy() {
    if (pending_.size() < tidy_at_) return;
    std::erase_if(pending_, [most = most()](const Candidate& c) { return c.distance > most; });
    tidy_at_ = std::max(tidy_at_, pending_.size() * 2);
  }

 private:
  std::vector<Candidate>& pending_;   // by their least distances
  std::vector<Candidate>& greatest_;  // a heap of the `limit` smallest greatest distances
  const std::size_t limit_;
  const float beyond_;
  std::size_t tidy_at_ = 4096;
};

// The nearest `limit` that were offered to it, ascending.
class Nearest {
 public:
  Nearest(std::size_t limit, float beyond) : limit_(limit), beyond_(beyond) {}

  // Whether nothing at this distance or beyond can be among them.
  bool beyond(float distance) const {
    if (distance > beyond_) return true;
    return heap_.size() == limit_ && (limit_ == 0 || distance > heap_.front().distance);
  }
  void offer(Candidate candidate) {
    heap_.push_back(candidate);
    std::push_heap(heap_.begin(), heap_.end());
    if (heap_.size() <= limit_) return;
    std::pop_heap(heap_.begin(), heap_.end());
    heap_.pop_back();
  }
  std::vector<Candidate> take() {
    std::sort_heap(heap_.begin(), heap_.end());
    return std::move(heap_);
  }

 private:
  const std::size_t limit_;
  const float beyond_;
  std::vector<Candidate> heap_;  // the farthest first
};

}  // namespace cairn::vector
