// VectorIndex: a vector search index as it is kept in memory to be searched fast: for each field
// with a graph (`indexingMethod: "hnsw"`) an index/vector Index, filled from the entries and kept
// up by the log (records/vector_log.h).
//
// A search first takes in what the log has up to its own snapshot, so it sees every write that was
// acknowledged before it began. Entries and documents are what counts: what is found here is looked
// up there, in the same snapshot.
//
// Segments stay on the disk, named by a manifest (vector_manifest.h); a new process maps them and
// takes in the log since. What they cannot tell, for they are missing or damaged, is filled anew
// from the entries, which searches scan meanwhile. A change of what is on the disk comes in this
// order, each step synced before the next: new files, the manifest, then the log's rows that it
// covers go, and the old files.
//
// Thread-safety: all of it. Locks: one mutex, held to take a snapshot and to take in the log; never
// while a graph is built or searched. Another, taken before it, lets one thread read the segments.
#pragma once

#include "engine/catalog/catalog.h"
#include "engine/exec/read_view.h"
#include "engine/exec/vector_columns.h"
#include "engine/exec/vector_filter.h"
#include "engine/exec/vector_manifest.h"
#include "index/vector/index.h"

#include <cairn/operation.h>
#include <cairn/status.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace cairn::exec {

// How the vectors of a field are compared.
vector::Space vector_space(const VectorField& field);
// The row of an entry, or nothing where a graph has none of it: its numbers are no float32.
std::optional<vector::Row> row_of_entry(const vector::Space& space, std::string_view entry);

// What is asked of one field.
struct NearAsk {
  std::size_t field = 0;
  vector::RowView vector;  // float32, as many as the field has dimensions
  std::uint32_t limit = 0;
  std::uint32_t candidates = 0;
  bool exact = false;
};

class VectorIndex final : public IndexCache {
 public:
  // The one of an index that is ready; made, and from then on tended, if there is none.
  // nullptr: the collection has no record ids, or no field has a graph.
  static std::shared_ptr<VectorIndex> of(Storage& storage, Catalog& catalog,
                                         const CollectionEntry& collection,
                                         const IndexEntry& index);

  // Removes the files that none of these indexes' manifests names. At the start, before `load`.
  static void clean(const Storage& storage, std::span<const std::shared_ptr<VectorIndex>> indexes);

  VectorIndex(Storage& storage, const IndexEntry& index);
  // What is on the disk goes too, unless `stop` was called: the index was dropped.
  ~VectorIndex() override;

  // A search in one state of the store; ends with the object.
  class Moment {
   public:
    Moment() = default;
    Moment(Moment&& other) noexcept
        : index_(std::exchange(other.index_, nullptr)),
          views_(std::move(other.views_)),
          columns_(std::move(other.columns_)),
          rows_(std::move(other.rows_)),
          sequence_(other.sequence_) {}
    Moment& operator=(Moment&&) = delete;
    ~Moment();

    // The ids of records whose vectors are nearest, the nearest first; of a nested field those of
    // elements (records::element_id). nullptr: no filter.
    Result<std::vector<vector::Hit>> search(const NearAsk& ask, const vector::IdFilter* filter,
                                            const Interrupt* interrupt,
                                            vector::SearchStats& stats) const;
    // `filter`: over the fields that the index has for filtering. The moment outlives what it
    // gives. Errors: the matcher's.
    Result<std::unique_ptr<ColumnFilter>> filter(DocumentView filter) const {
      return ColumnFilter::parse(filter, *columns_, *rows_);
    }
    // As `filter`, of the elements of `array`.
    Result<std::unique_ptr<ColumnFilter>> element_filter(DocumentView filter,
                                                         std::string_view array) const {
      return ColumnFilter::parse_of_elements(filter, array, *columns_, *rows_);
    }

   private:
    friend class VectorIndex;
    VectorIndex* index_ = nullptr;
    std::vector<std::shared_ptr<const vector::View>> views_;  // per field
    std::shared_ptr<VectorColumns> columns_;                  // the index may begin anew meanwhile
    VectorColumns::Snapshot rows_;
    std::uint64_t sequence_ = 0;
  };

  // Pins `view` to its own state and gives the index as of that. nullopt: it is not filled yet, or
  // too far behind; the view is pinned all the same.
  Result<std::optional<Moment>> at(ReadView& view);
  // Whether the field has a graph.
  bool has(std::size_t field) const { return options_[field].has_value(); }

  // For the engine's threads, one each: takes in what the log has (whether that was something);
  // fills the index and builds graphs. Errors: the storage's, Interrupted.
  Result<bool> catch_up();
  Status merge();
  std::size_t memory() const { return figures().bytes; }
  // After how long to merge again, though nothing happens; nullopt: not before something does. The
  // merging thread's.
  std::optional<std::chrono::milliseconds> next_merge() const;
  // What searches read all over, held or in mapped files.
  struct Figures {
    std::size_t bytes = 0;
    std::size_t vectors = 0;   // some of which may be gone
    std::size_t segments = 0;  // and deltas that are not empty
    bool filled = false;
  };
  Figures figures() const;
  // Ends `merge` soon, for ever; what is on the disk stays.
  void stop() { stopped_ = true; }

 private:
  enum class State : std::uint8_t { kUnread, kEmpty, kFilling, kFilled };

  // Maps what an earlier process kept, if nobody has yet.
  void load();
  Result<bool> load_segments();
  void start_anew(OpNumber applied);
  Status fill_and_merge();
  Status fill();
  Status fill_field(const Reader& reader, std::size_t field);
  std::size_t most_rows_of_merge(std::size_t field) const;
  std::size_t rows_per_piece(std::size_t field) const;
  vector::Residence residence(std::size_t field, std::size_t rows) const;
  // vector_keep.cc: what is on the disk.
  Status keep();
  Status save();
  StoredSegment stored(const vector::LiveSegment& live) const;
  bool covers_fill() const;
  Status seal();
  Status forget();
  void remove_all_files() const;
  bool dropped() const;
  // REQUIRES: mutex_. False: more than `most` rows are waiting, and nothing is taken in; 0: all
  // are.
  Result<bool> take_in(const Reader& reader, std::size_t most);
  // REQUIRES: mutex_, and that `log` is at a row. Takes in that and those behind it, `most` in all.
  Status take_in_next(const Reader& reader, KeyCursor& log, std::size_t most);
  Result<bool> catch_up_some();
  struct LogRow {
    OpNumber op = 0;
    std::string record_id;
    bool only_filter = false;
    std::uint32_t elements = 0;  // of nested fields, that may have changed
  };
  Status take_in_row(const Reader& reader, const LogRow& row);
  Status take_in_vector(const Reader& reader, std::size_t field, std::uint64_t id, OpNumber op);
  Status take_in_filter(const Reader& reader, std::string_view record_id);
  Status fill_columns(const Reader& reader);
  void put(std::size_t field, std::uint64_t id, OpNumber op, std::string_view entry);
  Status trim();
  Status merge_field(std::size_t field, vector::Pace pace);
  Status tidy();
  Status merge_parts(std::size_t field, vector::Merge parts);
  void note_damage(std::span<const std::shared_ptr<const vector::Segment>> segments);
  Status check_stopped() const;
  std::uint64_t oldest_read() const;
  std::uint64_t newest_sequence() const;
  Result<std::filesystem::path> next_segment();
  void replace_files(const vector::Merge& merge, std::uint64_t serial);
  void remove_replaced();

  Storage& storage_;
  const Keyspace keyspace_;
  const std::weak_ptr<SharedIndexState> shared_;              // it owns this
  std::vector<std::optional<vector::IndexOptions>> options_;  // per field; nullopt: no graph
  std::vector<bool> nested_;                                  // per field
  const std::vector<FieldPath> filters_;
  const std::filesystem::path folder_;
  const bool kept_;  // the folder is the store's
  std::atomic<bool> stopped_{false};
  mutable std::atomic<bool> damaged_{
      false};                        // a search or a merge met a row that is not as written
  std::atomic<bool> loaded_{false};  // the state is kUnread no longer
  std::mutex load_mutex_;            // taken before mutex_

  mutable std::mutex mutex_;
  State state_ = State::kUnread;  // guarded by mutex_, as the next
  OpNumber applied_ = 1;
  // What the log had when the store was at this sequence is taken in; 0: unknown.
  std::uint64_t looked_ = 0;
  // Up to here the log may go: the manifest's, or, where there is none, that of the last fill.
  OpNumber covered_ = 0;
  std::size_t logged_ = 0;                // rows of the log taken in and not covered
  std::multiset<std::uint64_t> reading_;  // sequences of searches that are under way
  // Guarded by mutex_ too; in the states kUnread and kFilling they are the loading or the merging
  // thread's.
  std::vector<std::unique_ptr<vector::Index>> fields_;
  std::shared_ptr<VectorColumns> columns_;  // shared with moments
  // The loading and then the merging thread's.
  using SegmentFile = std::pair<const vector::Segment*, std::uint64_t>;
  std::vector<SegmentFile> files_;       // with their serials
  std::vector<std::uint64_t> replaced_;  // serials of files that the last manifest may name
  bool unsaved_ = false;                 // there are segments that no manifest names
  std::chrono::steady_clock::time_point next_try_{};
  std::chrono::steady_clock::time_point quiet_since_{};  // nothing has changed since
  OpNumber quiet_at_ = 0;                                // applied_ then
  // The log thread's: there was nothing to do up to here; what was applied after its last turn.
  OpNumber seen_ = 0;
  OpNumber caught_up_ = 0;
  std::uint64_t serial_ = 0;
};

}  // namespace cairn::exec
