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
// What may be kept in memory of a segment.
constexpr std::size_t kLoadedShare = 6;
// Of a row in a merge beside its codes and links, about.
constexpr std::size_t kMergeOverhead = 64;
constexpr std::size_t kRowsPerLook = 1024;
constexpr auto kPauseAfterError = std::chrono::seconds(5);
// So long after the last change there is leisure for merges that only make searches faster.
constexpr auto kQuiet = std::chrono::milliseconds(700);

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
    if (!has(i) || vector::waits_for_more(*fields_[i]->view())) continue;
    CAIRN_RETURN_IF_ERROR(merge_field(i, vector::Pace::kBusy));
  }
  CAIRN_RETURN_IF_ERROR(tidy());
  return keep();
}

std::optional<std::chrono::milliseconds> VectorIndex::next_merge() const {
  constexpr std::chrono::milliseconds kSoon(50);
  const auto left = [kSoon](std::chrono::steady_clock::time_point until) {
    const auto pause = until - std::chrono::steady_clock::now();
    return std::max(kSoon, std::chrono::ceil<std::chrono::milliseconds>(pause));
  };
  if (next_try_ > std::chrono::steady_clock::now()) return left(next_try_);
  const std::lock_guard lock(mutex_);
  if (stopped_) return std::nullopt;
  if (state_ != State::kFilled || damaged_) return kSoon;
  const bool quiet =
      quiet_at_ == applied_ && std::chrono::steady_clock::now() > quiet_since_ + kQuiet;
  const bool crumbled = std::ranges::any_of(fields_, [](const auto& field) {
    return field != nullptr && vector::is_crumbled(*field->view());
  });
  return crumbled && !quiet ? std::optional(left(quiet_since_ + kQuiet)) : std::nullopt;
}

// One segment where there may be one, once nobody has written for a while.
Status VectorIndex::tidy() {
  const auto now = std::chrono::steady_clock::now();
  {
    const std::lock_guard lock(mutex_);
    if (state_ != State::kFilled) return Status();
    if (std::exchange(quiet_at_, applied_) != applied_) quiet_since_ = now;
  }
  if (now - quiet_since_ < kQuiet) return Status();
  for (std::size_t i = 0; i < options_.size(); ++i) {
    if (!has(i) || !vector::is_crumbled(*fields_[i]->view())) continue;
    fields_[i]->freeze();
    CAIRN_RETURN_IF_ERROR(merge_field(i, vector::Pace::kLeisure));
  }
  return Status();
}

// REQUIRES: mutex_.
void VectorIndex::start_anew(OpNumber applied) {
  fields_.clear();
  for (const auto& options : options_) {
    fields_.push_back(options ? std::make_unique<vector::Index>(*options) : nullptr);
  }
  columns_ = std::make_shared<VectorColumns>(filters_);
  applied_ = applied;
  looked_ = 0;
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

// Copies of codes and links that the kernel cannot take away, on large pages, as long as they are a
// small part of the budget; else they are mapped.
vector::Residence VectorIndex::residence(std::size_t field, std::size_t rows) const {
  const vector::SegmentOptions& segment = options_[field]->segment;
  const std::size_t row =
      segment.space.dimensions + kMergeOverhead + sizeof(std::int32_t) * 2 * segment.graph.edges;
  return rows * row <= storage_.memory_budget() / kLoadedShare ? vector::Residence::kLoaded
                                                               : vector::Residence::kMapped;
}

std::size_t VectorIndex::rows_per_piece(std::size_t field) const {
  const vector::Space& space = options_[field]->segment.space;
  return std::clamp(storage_.memory_budget() / kPieceShare / (space.row_bytes() + space.dimensions),
                    kLeastPerPiece, kMostPerPiece);
}

VectorIndex::Figures VectorIndex::figures() const {
  const std::lock_guard lock(mutex_);
  if (state_ != State::kFilled) return {};
  Figures figures{.bytes = columns_->memory(), .vectors = 0, .segments = 0, .filled = true};
  for (const auto& field : fields_) {
    if (field == nullptr) continue;
    figures.bytes += field->memory();
    const auto view = field->view();
    for (const vector::LiveSegment& live : view->segments) figures.vectors += live.segment->size();
    figures.segments += view->segments.size();
    for (const auto& delta : view->deltas) {
      figures.vectors += delta->size();
      figures.segments += delta->size() > 0 ? 1 : 0;
    }
  }
  return figures;
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
    const std::uint64_t id = records::id_of_entry(entries.key(), nested_[field]);
    put(field, id, applied_, entries.value());
    if (++rows % piece == 0) {
      CAIRN_RETURN_IF_ERROR(merge_field(field, vector::Pace::kBusy));
      remove_replaced();  // no manifest names them
    }
    if (rows % kRowsPerLook == 0) CAIRN_RETURN_IF_ERROR(check_stopped());
  }
  CAIRN_RETURN_IF_ERROR(entries.status());
  if (!vector::is_crumbled(*fields_[field]->view())) return Status();
  fields_[field]->freeze();
  CAIRN_RETURN_IF_ERROR(merge_field(field, vector::Pace::kLeisure));
  remove_replaced();
  return Status();
}

Status VectorIndex::merge_field(std::size_t field, vector::Pace pace) {
  vector::Index& index = *fields_[field];
  while (true) {
    CAIRN_RETURN_IF_ERROR(check_stopped());
    vector::Merge parts = vector::choose_merge(*index.view(), most_rows_of_merge(field), pace);
    if (parts.segments.empty() && parts.deltas.empty()) return Status();
    CAIRN_RETURN_IF_ERROR(merge_parts(field, std::move(parts)));
  }
}

Status VectorIndex::merge_parts(std::size_t field, vector::Merge parts) {
  vector::Index& index = *fields_[field];
  CAIRN_ASSIGN_OR_RETURN(const std::filesystem::path path, next_segment());
  const std::vector<std::shared_ptr<const vector::Segment>> segments = parts.segments;
  std::size_t rows = 0;
  for (const auto& segment : parts.segments) rows += segment->size();
  for (const auto& delta : parts.deltas) rows += delta->size();
  auto merged = index.merge(std::move(parts), path, oldest_read(), residence(field, rows));
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
