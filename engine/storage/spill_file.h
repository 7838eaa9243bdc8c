// SpillFile: runs of records in a temporary file, each written once and read in order.
//
//   SpillFile file = …;                          // SpillSpace::create
//   file.append({key, document});                // one record from pieces
//   CAIRN_ASSIGN_OR_RETURN(SpillRun run, file.finish_run());
//   SpillReader reader(file, run);
//   while (more = reader.next()) use(reader.record());
//
// A run is a sequence of blocks: payload length (4 bytes), records' count (4), xxHash of the
// payload (8), payload; a record in it is its length (4) and its bytes. Blocks are written whole,
// and read whole and checked. Thread-safety: none; one query's.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include <cairn/status.h>

namespace cairn {

class SpillSpace;

struct SpillRun {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  std::uint64_t records = 0;
  std::uint32_t largest_block = 0;  // what reading it takes of memory
};

class SpillFile {
 public:
  // A block is written once it holds this much; a larger record has one to itself.
  static constexpr std::size_t kBlockBytes = 64 << 10;

  SpillFile(SpillFile&& other) noexcept;
  SpillFile& operator=(SpillFile&& other) noexcept;
  ~SpillFile();

  // Adds a record to the present run. Errors: OutOfDiskSpace; InternalError, with what the disk
  // said.
  Status append(std::initializer_list<std::string_view> pieces);
  // Ends the present run; the next append begins another.
  Result<SpillRun> finish_run();
  // Gives a run's room back to the disk. REQUIRES: nobody reads it any more.
  void discard(const SpillRun& run);

 private:
  friend class SpillSpace;
  friend class SpillReader;
  SpillFile(SpillSpace& space, int file) : space_(&space), file_(file) {}
  Status write_block();
  void close();

  SpillSpace* space_ = nullptr;
  int file_ = -1;
  std::uint64_t end_ = 0;
  std::uint64_t live_ = 0;
  SpillRun run_;
  std::uint32_t block_records_ = 0;
  std::string block_;  // header and payload so far, or empty
};

class SpillReader {
 public:
  // REQUIRES: `file` outlives the reader.
  SpillReader(const SpillFile& file, const SpillRun& run)
      : file_(&file), at_(run.offset), end_(run.offset + run.bytes) {}

  // To the next record; false at the end. Error: InternalError where a block is damaged.
  Result<bool> next();
  // REQUIRES: the last `next` was true. The view lives until the next call.
  std::string_view record() const { return record_; }

 private:
  Status read_block();

  const SpillFile* file_;
  std::uint64_t at_;
  std::uint64_t end_;
  std::string block_;  // a payload
  std::string_view rest_;
  std::string_view record_;
};

}  // namespace cairn
