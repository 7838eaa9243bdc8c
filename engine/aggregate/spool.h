// Spool: documents put aside, in their order, to be read as often as one likes; in memory, and
// beyond that on disk.
//
// All of it is written before any of it is read. Thread-safety: none.
#pragma once

#include "engine/aggregate/stream.h"
#include "engine/exec/held_measure.h"
#include "engine/storage/spill_space.h"

#include <cairn/bson.h>
#include <cairn/limits.h>
#include <cairn/status.h>

#include <deque>
#include <optional>
#include <string>

namespace cairn::aggregate {

class Spool {
 public:
  struct Options {
    SpillSpace* spill = nullptr;  // outlives the spool; null: may not go to disk
    std::string_view too_large;   // what to say then, with code 292; lives as long as the spool
    std::size_t memory_bytes = kMaxStageMemoryBytes;
    bool keeps_metadata = false;
  };

  explicit Spool(const Options& options) : options_(options) {}

  // `metadata` may be null.
  Status add(DocumentView document, const expr::Metadata* metadata = nullptr);
  // After the last `add`.
  Status finish();
  // Reads from the first document on. The spool outlives the stream.
  StreamPtr read() const;

  std::size_t bytes() const { return bytes_; }
  // After `finish`.
  exec::HeldMeasure held() const;

 private:
  friend class SpoolReader;

  Options options_;
  // Documents in a row; where metadata is kept, each is followed by its own, or by a size of 0.
  std::deque<std::string> chunks_;
  std::string beside_;
  std::size_t bytes_ = 0;  // of those in memory
  std::optional<SpillFile> file_;
  SpillRun run_;  // what came after those in memory
};

}  // namespace cairn::aggregate
