// RecordHints: where documents probably lie, by the hash of their `_id` index key. A hint that
// holds saves the search in the index.
//
// A hint may be wrong: of another key with the same hash, of a document that is gone or that a
// snapshot does not have yet. Whoever follows one looks whether the document that it finds is the
// one it wants; then the hint was right, since record ids are never given twice and a document
// keeps its `_id`. So nothing has to be taken back, whatever is written or undone.
// Thread-safety: everything, from any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "engine/storage/family.h"

namespace cairn {

class RecordHints {
 public:
  // Takes as many bytes at the most; memory that no hint is in is not touched.
  explicit RecordHints(std::uint64_t bytes);

  // 0: no hint.
  RecordId find(std::uint64_t hash) const;
  void remember(std::uint64_t hash, RecordId id);

 private:
  using Slot = std::atomic<std::uint64_t>;  // the hash's upper bits | record id
  struct Free {
    void operator()(Slot* slots) const { std::free(slots); }
  };

  std::unique_ptr<Slot[], Free> slots_;
  std::size_t mask_ = 0;
};

}  // namespace cairn
