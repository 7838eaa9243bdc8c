// Sorter: puts records in the order of their keys, in bounded memory.
//
// Keys compare as bytes (bson/key_string.h writes such keys); records whose keys are equal keep the
// order in which they came. What does not fit into memory goes to disk as sorted runs, which are
// merged as they are read: an external merge sort (Knuth, TAOCP 3, 5.4). With a limit, all but the
// first records are let go on the way. Thread-safety: none.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <cairn/limits.h>
#include <cairn/operation.h>
#include <cairn/status.h>

#include "engine/exec/arena.h"
#include "engine/exec/held_measure.h"
#include "engine/storage/spill_space.h"

namespace cairn::exec {

class Sorter {
 public:
  struct Options {
    std::size_t wanted = 0;  // only the first so many; 0: all
    std::size_t memory_bytes = kMaxStageMemoryBytes;
    SpillSpace* spill = nullptr;  // outlives the sorter; null: may not spill
    std::string_view too_large;   // what to say then, with code 292; lives as long as the sorter
  };

  explicit Sorter(const Options& options) : options_(options) {}
  Sorter(const Sorter&) = delete;
  Sorter& operator=(const Sorter&) = delete;

  // False where a record with this key would be beyond the first `wanted`: it need not be added.
  bool wants(std::string_view key) const;
  // Copies the record; its payload is the pieces in a row.
  Status add(std::string_view key, std::initializer_list<std::string_view> payload,
             const Interrupt* interrupt);
  // To the next record in order; false at the end. The first call sorts: nothing may be added after
  // it.
  Result<bool> next(const Interrupt* interrupt);
  // REQUIRES: the last `next` was true. The views live until the next call.
  std::string_view key() const { return current_key_; }
  std::string_view payload() const { return current_payload_; }

  std::uint64_t added() const { return order_; }
  const HeldMeasure& held() const { return held_; }

 private:
  // In the arena: this, key, payload.
  struct Header {
    std::uint64_t order;
    std::uint32_t key_bytes;
    std::uint32_t payload_bytes;
  };
  struct Entry {
    std::uint64_t prefix;  // the key's first 8 bytes, the first one highest
    const char* at;
  };
  // A sorted run, in memory or on disk, and its next record.
  struct Source {
    const Entry* entry = nullptr;
    const Entry* last = nullptr;
    std::optional<SpillReader> reader;
    std::uint64_t prefix = 0;
    std::uint64_t order = 0;
    std::string_view key;
    std::string_view payload;
  };

  static std::uint64_t prefix_of(std::string_view key);
  static Header header_of(const Entry& entry);
  static std::string_view key_of(const Entry& entry);
  static bool before(const Entry& a, const Entry& b);
  static bool source_before(const Source& a, const Source& b);

  std::size_t memory() const { return arena_.bytes() + entries_.capacity() * sizeof(Entry); }
  Status make_room(const Interrupt* interrupt);
  void keep_wanted();
  Status sort_entries(const Interrupt* interrupt);
  Status spill(const Interrupt* interrupt);
  Status merge_runs(const Interrupt* interrupt);
  Status write_run(const Interrupt* interrupt);
  std::size_t fan_in() const;
  Status finish(const Interrupt* interrupt);
  void add_memory_sources();
  Status start_sources();
  void sift_down(std::size_t at);
  static Result<bool> advance(Source& source);
  // Takes the least record of the heap's sources as the current one; false at the end.
  Result<bool> pop();

  Options options_;
  Arena arena_;
  std::vector<Entry> entries_;
  std::size_t sorted_ = 0;  // entries before this are in sorted chunks
  std::uint64_t order_ = 0;
  std::optional<Entry> cutoff_;  // the last of the first `wanted` so far
  std::string cutoff_bytes_;
  std::optional<SpillFile> file_;
  std::vector<SpillRun> runs_;
  HeldMeasure held_;

  bool finished_ = false;
  std::vector<Source> sources_;
  std::vector<std::uint32_t> heap_;  // of sources
  bool pending_ = false;             // the heap's first source is at the record given last
  std::uint64_t given_ = 0;
  std::uint32_t steps_ = 0;
  std::string_view current_key_;
  std::string_view current_payload_;
};

}  // namespace cairn::exec
