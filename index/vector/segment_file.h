// The layout of segment files, for those that write and read them. See segment.h.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace cairn::vector {

static_assert(std::endian::native == std::endian::little, "files are mapped as they are");

inline constexpr char kSegmentMagic[8] = {'C', 'a', 'i', 'r', 'n', 'V', 'e', 'c'};
inline constexpr std::uint32_t kSegmentFormat = 1;
inline constexpr std::size_t kSectionAlignment = 4096;
inline constexpr std::size_t kRowBlock = 16 << 10;  // rows are checked in blocks of so many bytes
// Who passes over all rows releases them after so many bytes (Segment::release_rows).
inline constexpr std::size_t kReleasedBytes = 64 << 20;

struct Prologue {
  char magic[8];
  std::uint32_t format;
  std::uint32_t header_bytes;
  std::uint64_t file_bytes;
  std::uint64_t header_hash;
  std::uint64_t zeros[4];
};
static_assert(sizeof(Prologue) == 64);

// Values are in files.
enum class SectionKind : std::uint32_t {
  kRows = 1,         // row bytes each; for int8 the codes are the rows
  kRowHashes = 2,    // u64 per block of the rows
  kIds = 3,          // u64, ascending
  kSequences = 4,    // u64
  kDeadRows = 5,     // u32, ascending
  kDeadSince = 6,    // u64, per dead row
  kCodes = 7,        // a code's stride each
  kCorrections = 8,  // ByteCorrection or SignCorrection each
  kCentre = 9,       // float per dimension, of signs
  kLevels = 10,      // u8
  kLevel0 = 11,      // i32, 2 * edges each; the first may be a ring link (links.h)
  kUpper = 12,       // i32, edges per node and level above 0
};
inline constexpr std::size_t kSectionKinds = 13;  // the largest and one

}  // namespace cairn::vector
