// RowSorter: the rows of one index, in any order in and in key order out.
//
// Rows are gathered in memory up to a budget and then written as a sorted run into a spill file;
// `merge` walks memory and runs together. A RowSorter belongs to one thread at a time; one merge
// may take in the sorters of several threads.
#pragma once

#include "engine/storage/spill_file.h"
#include "engine/storage/spill_space.h"

#include <cairn/status.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::records {

class RowSorter {
 public:
  // `spill` outlives the sorter.
  RowSorter(SpillSpace& spill, std::size_t memory_bytes)
      : spill_(&spill), memory_bytes_(memory_bytes) {}

  // REQUIRES: keys share their first four bytes (the keyspace).
  Status add(std::string_view key, std::string_view value);
  // Sorts what is in memory: after the last `add`, before `merge`.
  void finish();

  using Visit = std::function<Status(std::string_view key, std::string_view value)>;
  // Every row of all sorters in key order; equal keys in no order. REQUIRES: all are finished.
  static Status merge(std::span<RowSorter> sorters, const Visit& visit);

 private:
  struct Row {
    std::uint64_t prefix;  // of the key behind the keyspace: decides most comparisons
    std::size_t at;
    std::uint32_t key_bytes;
    std::uint32_t value_bytes;
  };
  class Source;

  std::string_view key_of(const Row& row) const {
    return std::string_view(bytes_).substr(row.at, row.key_bytes);
  }
  std::string_view value_of(const Row& row) const {
    return std::string_view(bytes_).substr(row.at + row.key_bytes, row.value_bytes);
  }
  void sort();
  Status write_run();

  SpillSpace* spill_;
  std::size_t memory_bytes_;
  std::string bytes_;
  std::vector<Row> rows_;
  std::optional<SpillFile> file_;
  std::vector<SpillRun> runs_;
};

}  // namespace cairn::records
