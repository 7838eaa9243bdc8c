// Segment: an immutable part of an index in a file: rows of full precision, codes, a graph, and
// whose rows they are, ascending by id and, of one id, by sequence. Made by build_segment.
//
// The file (little-endian): a prologue of 64 bytes {"CairnVec", format u32, header bytes u32, file
// bytes u64, XXH3 of the header u64, zeros}, a FlatBuffers header (segment.fbs), and sections at
// multiples of 4096. Opening checks the hash of every section but the rows, that each has the size
// it must have, and that every link, of a ring too, is a node on its level: a file that is
// truncated or has a flipped bit is an error, not a crash. Rows are checked by blocks of 16 KB when
// they are first read; a search that meets a bad block ends with an error. Thread-safety: any
// number of threads; searches take no lock but to fetch scratch space.
#pragma once

#include "index/vector/codes.h"
#include "index/vector/links.h"
#include "index/vector/pages.h"
#include "index/vector/scratch.h"
#include "index/vector/search.h"

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace cairn::vector {

// Values are in files.
enum class CodeKind : std::uint8_t { kRows = 0, kBytes = 1, kSigns = 2 };

// kMapped: the kernel decides what of the file is in memory. kLoaded: codes and links are copied to
// large pages, which is faster and never read from the disk again.
enum class Residence : std::uint8_t { kMapped, kLoaded };

struct SegmentQuery {
  RowView row;  // as `prepare` made it
  const Bitmap* matching =
      nullptr;  // rows that match and are visible; nullptr: all that are visible
  const IdFilter* filter = nullptr;  // instead of `matching`: asked of those that are visible
  const Deaths* deaths = nullptr;    // of the segment's rows; nullptr: none
  CodeKind compare =
      CodeKind::kSigns;  // kRows: traverse by full precision whatever codes there are
};

// What tells one file from every other: the header's hash covers those of all sections.
struct SegmentIdentity {
  std::uint64_t file_bytes = 0;
  std::uint64_t header_hash = 0;
  bool operator==(const SegmentIdentity&) const = default;
};

struct SegmentMemory {
  std::size_t resident = 0;  // codes, links, ids: what searches read all over
  std::size_t on_disk = 0;   // rows of full precision, of which a search reads a few
};

class Segment {
 public:
  static Result<std::shared_ptr<const Segment>> open(const std::filesystem::path& path,
                                                     Residence residence = Residence::kMapped);
  // Of a file's bytes, which outlive the segment.
  static Result<std::shared_ptr<const Segment>> parse(std::span<const std::byte> bytes);

  const SegmentIdentity& identity() const { return identity_; }
  const Space& space() const { return space_; }
  std::uint32_t size() const { return nodes_; }
  CodeKind codes() const { return kind_; }
  bool has_graph() const { return links_.has_value(); }
  // Of the graph. REQUIRES: has_graph().
  const SealedLinks& links() const { return *links_; }
  std::span<const std::uint8_t> levels() const { return levels_; }
  float widening() const { return widening_; }
  float distances_per_search() const { return distances_per_search_; }
  std::uint64_t last_sequence() const { return last_sequence_; }
  std::span<const std::uint64_t> ids() const { return ids_; }
  std::span<const std::uint64_t> sequences() const { return sequences_; }
  // The rows of an id: [first, second).
  std::pair<std::uint32_t, std::uint32_t> find(std::uint64_t id) const;
  // Calls f(row, sequence) for the deaths that were known when the file was made.
  template <class F>
  void for_each_death(const F& f) const {
    for (std::size_t i = 0; i < dead_rows_.size(); ++i) f(dead_rows_[i], dead_since_[i]);
  }

  // The row's bytes, checked. They live as long as the segment.
  Result<RowView> row(std::uint32_t at) const;
  // Reads and checks all rows.
  Status check_rows() const;
  // What of the rows' file is in memory may leave it: whoever reads them again reads the file. For
  // who has passed over many. Nothing where rows are what searches compare.
  void release_rows() const;

  SegmentMemory memory() const;

  // The nearest rows, ascending, with distances of full precision; ties in the order of ids.
  Result<std::vector<Candidate>> search(const SegmentQuery& query, const SearchOptions& options,
                                        SearchStats& stats) const;

 private:
  friend class SegmentReader;  // fills a segment from bytes
  template <class Codes>
  friend class SegmentSearch;

  Segment() = default;
  RowView raw_row(std::uint32_t at) const {
    return {rows_.data() + at * row_stride_, space_.row_bytes()};
  }
  // Whether the blocks that hold the row are as they were written.
  bool check_row(std::uint32_t at) const;
  bool check_block(std::size_t block) const;
  bool visible(std::uint32_t at, const SegmentQuery& query, const SearchOptions& options) const {
    return sequences_[at] <= options.read_sequence &&
           (query.deaths == nullptr || !query.deaths->dead_at(at, options.read_sequence));
  }
  void load();
  Status set_up_codes();

  std::optional<MappedFile> file_;
  Pages loaded_;

  SegmentIdentity identity_;
  Space space_;
  std::uint32_t nodes_ = 0;
  CodeKind kind_ = CodeKind::kRows;
  float distances_per_search_ = 0;
  float widening_ = 1;
  std::uint64_t last_sequence_ = 0;

  std::span<const std::byte> rows_;
  std::size_t row_stride_ = 0;
  std::span<const std::uint64_t> row_hashes_;
  mutable std::vector<std::atomic<std::uint8_t>> checked_;  // per block of rows

  std::span<const std::uint64_t> ids_;
  std::span<const std::uint64_t> sequences_;
  std::span<const std::uint32_t> dead_rows_;
  std::span<const std::uint64_t> dead_since_;
  std::span<const std::byte> code_bytes_;
  std::span<const std::byte> corrections_;
  std::span<const float> centre_;
  std::optional<Rotation> rotation_;
  // What is compared; FloatCodes beside codes that are not exact re-rank.
  std::variant<std::monostate, FloatCodes, ByteCodes, BitCodes, SignCodes> compared_;

  std::optional<SealedLinks> links_;
  std::span<const std::uint8_t> levels_;
  std::vector<std::uint32_t> upper_at_;
  std::size_t upper_links_ = 0;
  mutable std::optional<ScratchPool> scratch_;
};

}  // namespace cairn::vector
