// SegmentWriter: a segment file, section by section. It has its name only when everything in it is
// on the disk: until then it is PATH.tmp, which is removed with the writer. Thread-safety: one
// thread.
#pragma once

#include "index/vector/segment_file.h"

#include <cairn/status.h>

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

struct XXH3_state_s;

namespace cairn::vector {

struct SectionPlace {
  SectionKind kind;
  std::uint64_t offset;
  std::uint64_t bytes;
  std::uint64_t hash;
};

// What was created, renamed and removed in the folder reaches the disk.
Status sync_folder(const std::filesystem::path& folder);

class SegmentWriter {
 public:
  static Result<std::unique_ptr<SegmentWriter>> create(const std::filesystem::path& path);
  SegmentWriter(const SegmentWriter&) = delete;
  SegmentWriter& operator=(const SegmentWriter&) = delete;
  ~SegmentWriter();

  const std::filesystem::path& temporary_path() const { return temporary_; }

  // A section: begin, any number of appends, end.
  Status begin(SectionKind kind);
  Status append(std::span<const std::byte> bytes);
  Status end();
  template <typename T>
  Status section(SectionKind kind, std::span<const T> numbers) {
    CAIRN_RETURN_IF_ERROR(begin(kind));
    CAIRN_RETURN_IF_ERROR(append(std::as_bytes(numbers)));
    return end();
  }

  // Hashes of every kRowBlock bytes of the last kRows section.
  std::span<const std::uint64_t> row_hashes() const { return row_hashes_; }
  std::span<const SectionPlace> sections() const { return sections_; }
  // Takes back this section and all after it.
  Status drop_from(SectionKind kind);

  // Writes prologue and header; after it the file can be opened. May be called again.
  Status put_header(std::span<const std::byte> header);
  // To the disk, and to its name.
  Status seal();

 private:
  SegmentWriter(std::filesystem::path path, std::filesystem::path temporary, int file);
  Status flush();
  Status put(std::span<const std::byte> bytes, std::uint64_t offset) const;
  Status failed(const std::string& what) const;

  const std::filesystem::path path_;
  const std::filesystem::path temporary_;
  const int file_;
  std::uint64_t end_ = kSectionAlignment;  // of what is written; the first block is the header's
  std::vector<std::byte> buffer_;
  std::vector<SectionPlace> sections_;
  XXH3_state_s* hash_;
  std::vector<std::uint64_t> row_hashes_;
};

}  // namespace cairn::vector
