// Index: a vector index as it is written to and searched at once: a delta that takes what comes,
// deltas that are full, and segments. Every row has the sequence with which it came and, when it
// has gone, the one with which it went; a reader of sequence S sees exactly the rows that had come
// and not gone by S.
//
// Writers tell the index in the order of sequences, each before its sequence may be read by anyone.
// Thread-safety: any number of threads; writes exclude each other, and searches take a lock only to
// copy one pointer.
#pragma once

#include "index/vector/delta.h"
#include "index/vector/segment_builder.h"

#include <filesystem>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

namespace cairn::vector {

struct Hit {
  std::uint64_t id;
  float distance;
};

struct LiveSegment {
  std::shared_ptr<const Segment> segment;  // shared with searches that began before it was replaced
  std::shared_ptr<Deaths> deaths;          // likewise
};

// All rows at one time. Immutable, but that rows are appended to the last delta and that rows die.
struct View {
  std::vector<LiveSegment> segments;
  std::vector<std::shared_ptr<Delta>> deltas;  // the last one takes what comes
};

// The sequence of the first row that is in no segment; nullopt: all rows are in segments.
std::optional<std::uint64_t> first_unsealed(const View& view);

struct Query {
  RowView row;  // as `prepare` made it
  // The ids that match, ascending; nullptr: all.
  const std::span<const std::uint64_t>* matching = nullptr;
  const IdFilter* filter = nullptr;  // instead of `matching`; nullptr: none
};

// The nearest rows, ascending by distance and then by id, at most options.limit; fewer only if
// there are no more. Segments that meet a damaged row make it an error.
Result<std::vector<Hit>> search(const View& view, const Query& query, const SearchOptions& options,
                                SearchStats& stats);

struct IndexOptions {
  SegmentOptions segment;
  std::uint32_t delta_rows = 4096;  // a delta that has so many is full
};

// What a merge takes and what it makes.
struct Merge {
  std::vector<std::shared_ptr<const Segment>> segments;
  std::vector<std::shared_ptr<Delta>> deltas;
  std::shared_ptr<const Segment> result;  // nullptr: no row was left
  BuildReport report;
};

class Index {
 public:
  explicit Index(const IndexOptions& options);

  // A row of an id that has no living one. REQUIRES: `row` as `prepare` made it.
  void insert(std::uint64_t id, std::uint64_t sequence, RowView row);
  // The id's row goes; nothing where there is none. An update is this and `insert`, of one
  // sequence.
  void erase(std::uint64_t id, std::uint64_t sequence);

  std::shared_ptr<const View> view() const;
  // Bytes that searches read all over: of deltas, and of segments but for their rows.
  std::size_t memory() const;
  Result<std::vector<Hit>> search(const Query& query, const SearchOptions& options,
                                  SearchStats& stats) const {
    return vector::search(*view(), query, options, stats);
  }

  // A segment from an earlier run; `gone`: rows that had gone by then, beside those that the file
  // knows of; nullptr: none. REQUIRES: none of its rows is in the index; gone->size() is the
  // segment's.
  void add(std::shared_ptr<const Segment> segment, const Bitmap* gone = nullptr);
  // What is in the delta may be merged from now on.
  void freeze();
  // Builds one segment, in `path`, of the given parts, with the largest one's graph as it is where
  // few of its rows are dead. Other rows that went by `oldest_read` are left out: no reader of an
  // earlier sequence may be there or come. Searches and writes go on
  // meanwhile. One merge at a time; `install` or `abandon` ends it.
  Result<Merge> merge(Merge parts, const std::filesystem::path& path, std::uint64_t oldest_read,
                      Residence residence = Residence::kMapped);
  // Puts the result in the place of the parts.
  void install(const Merge& merge);
  void abandon();

 private:
  struct LateDeath {
    std::uint64_t id;
    std::uint64_t came;
    std::uint64_t went;
  };

  void publish(View view);
  void freeze_locked();
  bool erase_in(const LiveSegment& live, std::uint64_t id, std::uint64_t sequence);
  void note_late(std::uint64_t id, std::uint64_t came, std::uint64_t went);

  const IndexOptions options_;
  std::mutex write_mutex_;
  bool merging_ = false;           // guarded by write_mutex_, as the next
  std::vector<LateDeath> late_;    // rows that went during a merge, which may not have seen it
  mutable std::mutex view_mutex_;  // held to copy or replace the pointer only; taken last
  std::shared_ptr<const View> view_;
};

// Whether so many rows are outside of the largest segment that searches notice.
bool is_crumbled(const View& view);

// Whether full deltas had better wait for more, while they are few enough to be scanned: until they
// join the largest segment, so that each row is put into a graph once.
bool waits_for_more(const View& view);

// kLeisure: nobody writes, so that rows may be moved to save searches a segment.
enum class Pace : std::uint8_t { kBusy, kLeisure };

// What is worth merging now: full deltas, segments of which a fifth is dead, and segments that are
// not much larger than what they would be merged with, so that there are few and each row is seldom
// moved; at leisure all, unless the others are next to nothing beside the largest. Nothing when
// both lists are empty. `most_rows`: no two parts that have more together are merged.
Merge choose_merge(const View& view,
                   std::size_t most_rows = std::numeric_limits<std::size_t>::max(),
                   Pace pace = Pace::kBusy);

}  // namespace cairn::vector
