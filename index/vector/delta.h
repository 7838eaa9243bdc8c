// Delta: the rows that are in no segment yet: appended, never moved, and scanned as a whole. One
// writer, any number of readers, no lock between them: a reader sees the rows that were complete
// when it began.
#pragma once

#include "index/vector/codes.h"
#include "index/vector/deaths.h"
#include "index/vector/scratch.h"
#include "index/vector/search.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace cairn::vector {

class Delta {
 public:
  // For at most `capacity` rows; their memory comes in blocks as they come.
  Delta(const Space& space, std::uint32_t capacity);
  Delta(const Delta&) = delete;
  Delta& operator=(const Delta&) = delete;

  const Space& space() const { return space_; }
  bool full() const { return size() == capacity_; }
  std::uint32_t size() const { return size_.load(std::memory_order_acquire); }

  // The writer's. REQUIRES: !full(); `row` as `prepare` made it; sequences do not fall.
  void append(std::uint64_t id, std::uint64_t sequence, RowView row);
  // When the id's living row went; its place, or nothing if there is none.
  std::optional<std::uint32_t> erase(std::uint64_t id, std::uint64_t sequence);

  // REQUIRES: at < size().
  std::uint64_t id(std::uint32_t at) const { return block(at).ids[at % kBlock]; }
  std::uint64_t sequence(std::uint32_t at) const { return block(at).sequences[at % kBlock]; }
  std::uint64_t died(std::uint32_t at) const { return deaths_.of(at); }
  RowView row(std::uint32_t at) const {
    return {block(at).rows.data() + at % kBlock * row_stride_, space_.row_bytes()};
  }
  std::size_t memory() const;

  // As Segment::search, of the rows of which `matching` (ids, ascending) has the id, or that the
  // filter admits; nullptr: of all.
  Result<std::vector<Candidate>> search(RowView query,
                                        const std::span<const std::uint64_t>* matching,
                                        const IdFilter* filter, const SearchOptions& options,
                                        SearchStats& stats) const;

 private:
  static constexpr std::uint32_t kBlock = 256;
  struct Block {
    std::vector<std::uint64_t> ids;
    std::vector<std::uint64_t> sequences;
    std::vector<std::byte> rows;
    std::vector<std::byte> codes;  // bytes of float32 rows
    std::vector<ByteCorrection> corrections;
    std::atomic<float> most_length{0};  // of the rows, as ByteBounds says
    std::atomic<float> most_error{0};
  };

  const Block& block(std::uint32_t at) const { return *blocks_[at / kBlock]; }
  template <class Codes>
  Status scan(const Codes* of_block, std::uint32_t rows, RowView query,
              const std::span<const std::uint64_t>* matching, const IdFilter* filter,
              const SearchOptions& options, Scratch& scratch, SearchStats& stats) const;
  template <class Codes>
  Codes codes_of(const Block& block) const;

  const Space space_;
  const std::uint32_t capacity_;
  const std::size_t row_stride_;
  std::vector<std::unique_ptr<Block>> blocks_;  // places are there from the start
  std::atomic<std::uint32_t> size_{0};
  Deaths deaths_;
  mutable ScratchPool scratch_{0};
  std::unordered_map<std::uint64_t, std::uint32_t> living_;  // the writer's
};

}  // namespace cairn::vector
