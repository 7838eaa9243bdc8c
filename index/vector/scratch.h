// Scratch: what one search needs beside the index, kept from search to search, since making it anew
// costs more than a small search does. Thread-safety: a Scratch has one user; the pool is for all.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace cairn::vector {

struct Candidate {
  float distance;
  std::uint32_t id;
};

inline bool operator<(const Candidate& a, const Candidate& b) {
  return a.distance != b.distance ? a.distance < b.distance : a.id < b.id;
}

// Which nodes have been seen. Forgets all of them in no time, but for every 255th.
class Visited {
 public:
  explicit Visited(std::size_t nodes) : seen_in_(nodes) {}

  void forget() {
    if (++round_ != 0) return;
    std::fill(seen_in_.begin(), seen_in_.end(), std::uint8_t{0});
    round_ = 1;
  }
  // Whether this is the first time since `forget`.
  bool enter(std::uint32_t node) {
    if (seen_in_[node] == round_) return false;
    seen_in_[node] = round_;
    return true;
  }
  [[gnu::always_inline]] void prefetch(std::uint32_t node) const {
    __builtin_prefetch(&seen_in_[node], 1);
  }

 private:
  std::vector<std::uint8_t> seen_in_;
  std::uint8_t round_ = 0;
};

// The nearest candidates found, ascending, and which of them are still to be expanded.
class Beam {
 public:
  void start(std::size_t width) {
    width_ = width;
    size_ = 0;
    next_ = 0;
    if (entries_.size() < width + 1) entries_.resize(width + 1);
  }

  bool full() const { return size_ == width_; }
  std::size_t size() const { return size_; }
  Candidate at(std::size_t i) const { return {entries_[i].distance, entries_[i].id & ~kExpanded}; }
  // Beyond this distance nothing enters.
  float limit() const { return entries_[size_ - 1].distance; }

  void add(float distance, std::uint32_t id) {
    if (full() && distance >= limit()) return;
    Candidate* const begin = entries_.data();
    Candidate* const end = begin + size_;
    Candidate* const place = std::upper_bound(
        begin, end, distance, [](float d, const Candidate& c) { return d < c.distance; });
    std::memmove(place + 1, place, static_cast<std::size_t>(end - place) * sizeof(Candidate));
    *place = {distance, id};
    if (size_ < width_) ++size_;
    next_ = std::min(next_, static_cast<std::size_t>(place - begin));
  }

  bool done() const { return next_ >= size_; }
  // The nearest that was not expanded, which then is.
  std::uint32_t expand() {
    const std::uint32_t id = entries_[next_].id;
    entries_[next_].id |= kExpanded;
    while (next_ < size_ && (entries_[next_].id & kExpanded) != 0) ++next_;
    return id;
  }
  // What `expand` would give. REQUIRES: !done().
  std::uint32_t peek() const { return entries_[next_].id; }

 private:
  static constexpr std::uint32_t kExpanded = 0x80000000U;

  std::vector<Candidate> entries_;
  std::size_t width_ = 0;
  std::size_t size_ = 0;
  std::size_t next_ = 0;  // the first that is not expanded
};

struct Scratch {
  explicit Scratch(std::size_t nodes) : visited(nodes) {}

  Visited visited;
  Beam beam;
  std::vector<std::uint32_t> ids;
  std::vector<float> distances;
  std::vector<Candidate> queue;    // a heap, nearest first
  std::vector<Candidate> found;    // a heap, farthest first
  std::vector<Candidate> pending;  // what may be among the nearest
};

class ScratchPool {
 public:
  explicit ScratchPool(std::size_t nodes) : nodes_(nodes) {}

  class Lease {
   public:
    Lease(ScratchPool& pool, std::unique_ptr<Scratch> scratch)
        : pool_(&pool), scratch_(std::move(scratch)) {}
    Lease(Lease&&) noexcept = default;
    ~Lease() {
      if (scratch_) pool_->give_back(std::move(scratch_));
    }
    Scratch& operator*() { return *scratch_; }
    Scratch* operator->() { return scratch_.get(); }

   private:
    ScratchPool* pool_;
    std::unique_ptr<Scratch> scratch_;
  };

  Lease take() {
    {
      const std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        auto scratch = std::move(free_.back());
        free_.pop_back();
        return {*this, std::move(scratch)};
      }
    }
    return {*this, std::make_unique<Scratch>(nodes_)};
  }

 private:
  void give_back(std::unique_ptr<Scratch> scratch) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(scratch));
  }

  const std::size_t nodes_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Scratch>> free_;
};

}  // namespace cairn::vector
