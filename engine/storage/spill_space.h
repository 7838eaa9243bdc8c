// SpillSpace: where queries put what does not fit in memory: nameless files in one folder.
//
// A file has no name from its creation on, so it is gone with the query that made it, or with the
// process, whichever ends first. What is in it is never synced and never read by anybody else.
// Thread-safety: all of it, from any thread; the files belong to one thread each.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include <cairn/status.h>

#include "engine/storage/spill_file.h"

namespace cairn {

class SpillSpace {
 public:
  struct Options {
    std::string path;  // the folder; made when first needed
    // Spilling stops while the disk has less room than this: queries must not fill it up for the
    // store.
    std::uint64_t min_free_bytes = 500ULL << 20;
  };

  explicit SpillSpace(Options options) : options_(std::move(options)) {}
  SpillSpace(const SpillSpace&) = delete;
  SpillSpace& operator=(const SpillSpace&) = delete;

  // Removes what a process left behind that died between naming and unnaming a file.
  void clean() const;
  // An empty file, which must not outlive this. Error: OutOfDiskSpace, Unauthorized, InternalError.
  Result<SpillFile> create();

  // Now in files, and ever written.
  std::uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }
  std::uint64_t bytes_written() const { return written_.load(std::memory_order_relaxed); }

 private:
  friend class SpillFile;
  // Error: OutOfDiskSpace where the disk has too little room left.
  Status admit(int file) const;

  const Options options_;
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<std::uint64_t> written_{0};
};

}  // namespace cairn
