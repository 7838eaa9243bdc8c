// DocumentBatch: documents of several records, read with one sorted MultiGet, which opens each
// block of the table files once. Where it is not known how many are wanted, the first batches are
// small.
#pragma once

#include "engine/storage/reader.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::exec {

class DocumentBatch {
 public:
  // How many records to read next, of those that are still wanted (0: not known).
  std::size_t size_of_next(std::size_t wanted) const {
    return wanted > 0 ? std::min(wanted, most_) : ahead_;
  }
  // The documents of `keys`; views of them live until the next `read` or `forget`.
  Status read(const Reader& reader, std::span<const std::string> keys);
  void forget() { documents_.clear(); }
  bool is_read() const { return !documents_.empty(); }
  // Of the key at `i`; not found where the record is gone.
  const PinnedValue& operator[](std::size_t i) const { return documents_[place_[i]]; }

 private:
  static constexpr std::size_t kMost = 32;  // one MultiGet of RocksDB's
  // Documents read ahead are pinned in memory: fewer of large ones.
  static constexpr std::size_t kBytes = 1 << 20;

  void sort(std::span<const std::string> keys);

  std::size_t most_ = kMost;  // to read at once, for documents like the last ones
  std::size_t ahead_ = 1;
  std::vector<PinnedValue> documents_;  // in the order of their keys
  std::vector<std::string_view> sorted_;
  std::vector<std::size_t> order_;
  std::vector<std::size_t> place_;  // of a key's document in documents_
};

}  // namespace cairn::exec
