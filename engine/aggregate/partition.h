// Partition: the documents of one partition of `$setWindowFields`, read again and again around a
// place that moves on.
//
// Documents lie in blocks; what does not fit in memory is on disk, and the blocks that were read
// last are in memory. Thread-safety: none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <cairn/bson.h>
#include <cairn/limits.h>
#include <cairn/status.h>

#include "engine/aggregate/metadata_bytes.h"
#include "engine/bson/path.h"
#include "engine/exec/held_measure.h"
#include "engine/storage/spill_space.h"

namespace cairn::aggregate {

class Partition {
 public:
  // `spill` outlives the partition; null: may not go to disk. `order` is the one field by which the
  // documents are sorted, or null; it outlives the partition.
  Partition(SpillSpace* spill, const FieldPath* order) : spill_(spill), order_(order) {}

  // Errors: 292 where it may not spill; what spilling says.
  // `beside`: what append_metadata wrote of it.
  Status add(DocumentView document, std::string_view beside = {});
  void clear();
  std::size_t size() const { return size_; }
  // Since it was made: what went to disk, and nothing else.
  const exec::HeldMeasure& held() const { return held_; }
  // The view lives while no more than a few others are read. REQUIRES: i < size().
  Result<DocumentView> document(std::size_t i);
  // Of the document read last; null where nothing is known.
  const expr::Metadata* metadata() const { return packed_.metadata(); }
  // The value by which the document is sorted. REQUIRES: there is such a field.
  Result<ValueView> order(std::size_t i);

 private:
  struct Block {
    std::size_t first = 0;              // the number of its first document
    std::vector<std::uint32_t> starts;  // of its documents, in `bytes`
    std::string bytes;                  // empty: on disk only
    std::optional<SpillRun> run;
    std::uint64_t used = 0;
  };
  static constexpr std::size_t kBlockBytes = 256 << 10;

  Result<Block*> block_of(std::size_t i);
  Status load(Block& block);
  Status make_room();

  SpillSpace* spill_;
  const FieldPath* order_;
  std::vector<Block> blocks_;
  std::size_t size_ = 0;
  std::size_t bytes_ = 0;  // in memory
  std::uint64_t clock_ = 0;
  std::size_t last_block_ = 0;
  std::optional<SpillFile> file_;
  exec::HeldMeasure held_;
  std::string scratch_;
  PackedDocument packed_;
};

}  // namespace cairn::aggregate
