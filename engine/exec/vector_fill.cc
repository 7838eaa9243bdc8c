// VectorIndex, the engine's thread: filling from the entries and merging.
#include "engine/exec/vector_index.h"

#include "engine/records/vector_log.h"

#include <algorithm>
#include <utility>

namespace cairn::exec {
namespace {

// While it is filled, a graph is built over every so many rows, at the most and the least: they
// need not all be in memory.
constexpr std::size_t kMostPerPiece = 65536;
constexpr std::size_t kLeastPerPiece = 4096;
// What a merge may hold, and what waits for one while an index is filled, of the memory budget.
constexpr std::size_t kMergeShare = 3;
constexpr std::size_t kPieceShare = 8;
// Of a row in a merge beside its codes and links, about.
constexpr std::size_t kMergeOverhead = 64;
constexpr std::size_t kRowsPerLook = 1024;
constexpr auto kPauseAfterError = std::chrono::seconds(5);

}  // namespace

Status VectorIndex::merge() {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_try_) return Status();
  Status merged = fill_and_merge();
  // A full disk, most likely. Searches scan what is in no segment.
  if (!merged.ok()) next_try_ = now + kPauseAfterError;
  return merged;
}

Status VectorIndex::fill_and_merge() {
  load();
  bool empty = false;
  {
    const std::lock_guard lock(mutex_);
    if (damaged_.exchange(false)) state_ = State::kEmpty;
    empty = state_ == State::kEmpty;
    if (state_ == State::kFilled && columns_->bloated()) columns_ = columns_->compacted();
  }
  if (empty) CAIRN_RETURN_IF_ERROR(fill());
  for (std::size_t i = 0; i < options_.size(); ++i) {
    if (has(i)) CAIRN_RETURN_IF_ERROR(merge_field(i));
  }
  return keep();
}

// REQUIRES: mutex_.
void VectorIndex::start_anew(OpNumber applied) {
  fields_.clear();
  for (const auto& options : options_) {
    fields_.push_back(options ? std::make_unique<vector::Index>(*options) : nullptr);
  }
  columns_ = std::make_shared<VectorColumns>(filters_);
  applied_ = applied;
  logged_ = 0;
}

// REQUIRES: nobody else has the columns.
Status VectorIndex::fill_columns(const Reader& reader) {
  if (filters_.empty()) return Status();
  std::string lower;
  records::append_vector_filter(lower, keyspace_, {});
  std::string upper = lower;
  ++upper.back();
  KeyCursor rows = reader.scan(Family::kAux, {lower, upper}, {.fill_cache = false});
  std::size_t count = 0;
  for (rows.seek_first(); rows.valid(); rows.next()) {
    const std::string_view record_id = rows.key().substr(lower.size());
    CAIRN_RETURN_IF_ERROR(columns_->put(read_u64(record_id), rows.value()));
    if (++count % kRowsPerLook == 0) CAIRN_RETURN_IF_ERROR(check_stopped());
  }
  return rows.status();
}

Status VectorIndex::fill() {
  CAIRN_RETURN_IF_ERROR(check_stopped());  // what could not be read for that is still good
  CAIRN_RETURN_IF_ERROR(forget());
  ReadView view(storage_);
  const Reader reader = view.frozen();
  {
    const std::lock_guard lock(mutex_);
    state_ = State::kFilling;
    const records::VectorLogRange rows(keyspace_);
    KeyCursor log = reader.scan(Family::kAux, rows.range(), {.direction = Direction::kBackward});
    log.seek_first();
    start_anew(log.valid() ? records::vector_log_op(log.key()) : 1);
  }
  Status filled = fill_columns(reader);
  for (std::size_t i = 0; i < options_.size() && filled.ok(); ++i) {
    if (has(i)) filled = fill_field(reader, i);
  }
  const std::lock_guard lock(mutex_);
  state_ = filled.ok() ? State::kFilled : State::kEmpty;
  if (filled.ok()) covered_ = applied_;
  return filled;
}

// A graph of twice as many links per node is held while it is written.
std::size_t VectorIndex::most_rows_of_merge(std::size_t field) const {
  const vector::SegmentOptions& segment = options_[field]->segment;
  const std::size_t row = segment.space.dimensions + kMergeOverhead +
                          2 * sizeof(std::int32_t) * 2 * segment.graph.edges;
  return storage_.memory_budget() / kMergeShare / row;
}

std::size_t VectorIndex::rows_per_piece(std::size_t field) const {
  const vector::Space& space = options_[field]->segment.space;
  return std::clamp(storage_.memory_budget() / kPieceShare / (space.row_bytes() + space.dimensions),
                    kLeastPerPiece, kMostPerPiece);
}

std::size_t VectorIndex::memory() const {
  const std::lock_guard lock(mutex_);
  if (state_ != State::kFilled) return 0;
  std::size_t bytes = columns_->memory();
  for (const auto& field : fields_) bytes += field == nullptr ? 0 : field->memory();
  return bytes;
}

Status VectorIndex::fill_field(const Reader& reader, std::size_t field) {
  std::string lower;
  records::append_vector_entry(lower, keyspace_, field, {});
  std::string upper;
  records::append_vector_entry(upper, keyspace_, field + 1, {});
  KeyCursor entries = reader.scan(Family::kAux, {lower, upper}, {.fill_cache = false});
  const std::size_t piece = rows_per_piece(field);
  std::size_t rows = 0;
  for (entries.seek_first(); entries.valid(); entries.next()) {
    const std::string_view record_id = entries.key().substr(records::kVectorLogPrefix);
    put(field, read_u64(record_id), applied_, entries.value());
    if (++rows % piece == 0) {
      CAIRN_RETURN_IF_ERROR(merge_field(field));
      remove_replaced();  // no manifest names them
    }
    if (rows % kRowsPerLook == 0) CAIRN_RETURN_IF_ERROR(check_stopped());
  }
  return entries.status();
}

Status VectorIndex::merge_field(std::size_t field) {
  vector::Index& index = *fields_[field];
  while (true) {
    CAIRN_RETURN_IF_ERROR(check_stopped());
    vector::Merge parts = vector::choose_merge(*index.view(), most_rows_of_merge(field));
    if (parts.segments.empty() && parts.deltas.empty()) return Status();
    CAIRN_RETURN_IF_ERROR(merge_parts(index, std::move(parts)));
  }
}

Status VectorIndex::merge_parts(vector::Index& index, vector::Merge parts) {
  CAIRN_ASSIGN_OR_RETURN(const std::filesystem::path path, next_segment());
  const std::vector<std::shared_ptr<const vector::Segment>> segments = parts.segments;
  auto merged = index.merge(std::move(parts), path, oldest_read());
  if (!merged.ok()) {
    index.abandon();
    note_damage(segments);
    return merged.take_status();
  }
  index.install(*merged);
  replace_files(*merged, serial_ - 1);
  return Status();
}

// After a merge failed: whether it was for a segment that is not as it was written.
void VectorIndex::note_damage(std::span<const std::shared_ptr<const vector::Segment>> segments) {
  for (const auto& segment : segments) {
    if (!segment->check_rows().ok()) damaged_ = true;
  }
}

}  // namespace cairn::exec
