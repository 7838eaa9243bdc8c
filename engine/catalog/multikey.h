// Multikey: which parts of an index's paths have met arrays in some document.
//
// One object per index, shared by all definitions that the index has in its life. A bit, once set,
// stays: it is set in memory before the first commit that makes it true, and a row of its own in
// `meta` ('M', FORMAT.md) goes into that commit, so that it survives. Rows are only ever put, never
// rewritten, so writers need no lock on them. A failed commit leaves a bit that is true of no
// document, which costs a plan its narrow bounds and nothing else.
//
// Readers: look after the cursor or snapshot is open, or look at `generation` again then: what is
// not multikey before may be in what the cursor sees. Thread-safety: everything, from any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/bson/key_tuples.h"
#include "engine/storage/family.h"

namespace cairn {

class Multikey {
 public:
  // A bit per component of a path, counted from 0 ("a.b.c": b is 1); the last bit stands for all
  // components from there on.
  using Components = std::uint64_t;
  static constexpr std::size_t kLastComponent = 63;
  static constexpr Components bit(std::size_t component) {
    return Components{1} << (component < kLastComponent ? component : kLastComponent);
  }

  // Which components of the path of field `field` (its position in the key pattern) are arrays in
  // some document. Of a wildcard field always 0: see `wildcard`.
  Components components(std::size_t field) const {
    return fields_[field].seen.load(std::memory_order_seq_cst);
  }
  // Which components of `path`, a path that a wildcard field covers, are arrays in some document.
  Components wildcard(std::string_view path) const;
  // Whether any field is multikey anywhere.
  bool any() const { return generation() != 0; }
  // Rises whenever a bit is set.
  std::uint64_t generation() const { return generation_.load(std::memory_order_seq_cst); }

  // For writers. Sets a bit, and says whether its row may be missing from the store: the caller
  // then looks, and puts it in its unit or reports `stored`.
  bool set(std::size_t field, Components components);
  bool set_wildcard(std::string_view path);
  void stored(std::size_t field, Components components);
  void stored_wildcard(std::string_view path);

  // Row keys in `meta`. `components` has one bit.
  static std::string row_key(Keyspace index, std::size_t field, Components components);
  static std::string wildcard_row_key(Keyspace index, std::string_view path);
  // What the rows of all indexes begin with.
  static std::string first_row_key() { return "M"; }
  static Keyspace index_of_row(std::string_view row_key);
  // Takes in a row found in the store; false: it is malformed.
  bool load(std::string_view row_key);
  // The keys of all rows that the store may have.
  std::vector<std::string> row_keys(Keyspace index) const;

 private:
  struct Field {
    std::atomic<Components> seen{0};
    std::atomic<Components> stored{0};
  };
  std::array<Field, kMaxKeyFields> fields_;
  std::atomic<std::uint64_t> generation_{0};
  mutable std::shared_mutex mutex_;
  std::map<std::string, bool, std::less<>> wildcard_;  // path of an array -> is its row stored
};

}  // namespace cairn
