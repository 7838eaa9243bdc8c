// VectorIndex: a vector search index as it is kept in memory to be searched fast: for each field
// with a graph (`indexingMethod: "hnsw"`) an index/vector Index, filled from the entries and kept
// up by the log (records/vector_log.h).
//
// A search first takes in what the log has up to its own snapshot, so it sees every write that was
// acknowledged before it began. Entries and documents are what counts: what is found here is looked
// up there, in the same snapshot. Nothing is kept on the disk but segments of this process; a new
// process fills its own, and until that is done searches scan the entries.
//
// Thread-safety: all of it. Locks: one mutex, held to take a snapshot and to take in the log; never
// while a graph is built or searched.
#pragma once

#include "engine/catalog/catalog.h"
#include "engine/exec/read_view.h"
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

  // Removes what a process left behind that died. At the start.
  static void clean(const Storage& storage);

  VectorIndex(Storage& storage, const IndexEntry& index);
  ~VectorIndex() override;

  // A search in one state of the store; ends with the object.
  class Moment {
   public:
    Moment() = default;
    Moment(Moment&& other) noexcept
        : index_(std::exchange(other.index_, nullptr)),
          views_(std::move(other.views_)),
          sequence_(other.sequence_) {}
    Moment& operator=(Moment&&) = delete;
    ~Moment();

    // The ids of records whose vectors are nearest, the nearest first. `matching`: ids, ascending;
    // nullptr: all.
    Result<std::vector<vector::Hit>> search(const NearAsk& ask,
                                            const std::span<const std::uint64_t>* matching,
                                            const Interrupt* interrupt,
                                            vector::SearchStats& stats) const;

   private:
    friend class VectorIndex;
    VectorIndex* index_ = nullptr;
    std::vector<std::shared_ptr<const vector::View>> views_;  // per field
    std::uint64_t sequence_ = 0;
  };

  // Pins `view` to its own state and gives the index as of that. nullopt: it is not filled yet, or
  // too far behind; the view is pinned all the same.
  Result<std::optional<Moment>> at(ReadView& view);
  // Whether the field has a graph.
  bool has(std::size_t field) const { return options_[field].has_value(); }

  // For the engine's threads, one each: takes in what the log has; fills the index and builds
  // graphs. Errors: the storage's, Interrupted.
  Status catch_up();
  Status merge();
  // Ends `merge` soon, for ever.
  void stop() { stopped_ = true; }

 private:
  enum class State : std::uint8_t { kEmpty, kFilling, kFilled };

  Status fill_and_merge();
  Status fill();
  Status fill_field(const Reader& reader, std::size_t field);
  // REQUIRES: mutex_. False: more than `most` rows are waiting, and nothing is taken in; 0: all
  // are.
  Result<bool> take_in(const Reader& reader, std::size_t most);
  Status take_in_record(const Reader& reader, OpNumber op, std::string_view record_id);
  void put(std::size_t field, std::uint64_t id, OpNumber op, std::string_view entry);
  Status trim();
  Status merge_field(std::size_t field);
  Status check_stopped() const;
  std::uint64_t oldest_read() const;
  std::filesystem::path next_segment();
  void remove_files(std::span<const std::shared_ptr<const vector::Segment>> segments);

  Storage& storage_;
  const Keyspace keyspace_;
  std::vector<std::optional<vector::IndexOptions>> options_;  // per field; nullopt: no graph
  const std::filesystem::path folder_;
  std::atomic<bool> stopped_{false};

  mutable std::mutex mutex_;
  State state_ = State::kEmpty;  // guarded by mutex_, as the next
  OpNumber applied_ = 1;
  std::multiset<std::uint64_t> reading_;  // sequences of searches that are under way
  // Guarded by mutex_ too; while the state is kFilling they are the merging thread's.
  std::vector<std::unique_ptr<vector::Index>> fields_;
  // The merging thread's.
  using SegmentFile = std::pair<const vector::Segment*, std::filesystem::path>;
  std::vector<SegmentFile> files_;
  std::chrono::steady_clock::time_point next_try_{};
  std::uint64_t serial_ = 0;
};

}  // namespace cairn::exec
