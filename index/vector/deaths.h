// Deaths: when each row of a segment or delta died, as sequence numbers; 0 while it lives. A reader
// of a snapshot counts deaths up to its own sequence and no later ones. Memory comes in blocks with
// the first death in each. Thread-safety: any thread may read while one writes; a row dies once.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace cairn::vector {

class Deaths {
 public:
  explicit Deaths(std::size_t rows) : blocks_((rows + kBlock - 1) / kBlock) {}
  Deaths(const Deaths&) = delete;
  Deaths& operator=(const Deaths&) = delete;
  ~Deaths() {
    for (auto& block : blocks_) delete block.load(std::memory_order_relaxed);
  }

  // REQUIRES: one thread at a time; sequence > 0.
  void set(std::size_t row, std::uint64_t sequence) {
    std::atomic<Block*>& place = blocks_[row / kBlock];
    Block* block = place.load(std::memory_order_relaxed);
    if (block == nullptr) {
      block = new Block();
      place.store(block, std::memory_order_release);
    }
    block->at[row % kBlock].store(sequence, std::memory_order_release);
    newest_.store(std::max(newest_.load(std::memory_order_relaxed), sequence),
                  std::memory_order_relaxed);
    count_.fetch_add(1, std::memory_order_release);
  }

  // 0: the row lives.
  std::uint64_t of(std::size_t row) const {
    const Block* block = blocks_[row / kBlock].load(std::memory_order_acquire);
    return block == nullptr ? 0 : block->at[row % kBlock].load(std::memory_order_acquire);
  }
  bool dead_at(std::size_t row, std::uint64_t sequence) const {
    const std::uint64_t died = of(row);
    return died != 0 && died <= sequence;
  }
  std::size_t count() const { return count_.load(std::memory_order_acquire); }
  // Of those that a reader of `sequence` counts: looks at every row where there are later ones.
  std::size_t count_at(std::uint64_t sequence) const {
    const std::size_t all = count();
    if (newest_.load(std::memory_order_relaxed) <= sequence) return all;
    std::size_t dead = 0;
    for (const auto& place : blocks_) {
      const Block* block = place.load(std::memory_order_acquire);
      if (block == nullptr) continue;
      for (const auto& at : block->at) {
        const std::uint64_t died = at.load(std::memory_order_relaxed);
        dead += died != 0 && died <= sequence ? 1 : 0;
      }
    }
    return dead;
  }

 private:
  static constexpr std::size_t kBlock = 512;
  struct Block {
    std::atomic<std::uint64_t> at[kBlock] = {};
  };

  std::vector<std::atomic<Block*>> blocks_;
  std::atomic<std::size_t> count_{0};
  std::atomic<std::uint64_t> newest_{0};  // before count_
};

}  // namespace cairn::vector
