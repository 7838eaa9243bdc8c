#include "engine/exec/vector_index.h"

#include "engine/bson/binary_vector.h"
#include "engine/records/vector_log.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace cairn::exec {
namespace {

// While it is filled, a graph is built over every so many rows: they need not all be in memory.
constexpr std::size_t kRowsPerPiece = 65536;
// A search that would have to take in more than this scans instead; the engine's thread catches up.
constexpr std::size_t kMostOfSearch = 4096;
constexpr std::size_t kChangesAtOnce = 65536;
constexpr std::size_t kTrimmedAtOnce = 4096;
constexpr std::size_t kRowsPerLook = 1024;
constexpr std::size_t kHeaderBytes = 2;
constexpr auto kPauseAfterError = std::chrono::seconds(5);

vector::IndexOptions options_of(const VectorField& field) {
  vector::IndexOptions options;
  vector::SegmentOptions& segment = options.segment;
  segment.space.dimensions = static_cast<std::uint32_t>(field.dimensions);
  switch (field.similarity) {
    case VectorSimilarity::kCosine:
      segment.space.metric = vector::Metric::kCosine;
      break;
    case VectorSimilarity::kDotProduct:
      segment.space.metric = vector::Metric::kDotProduct;
      break;
    case VectorSimilarity::kEuclidean:
      segment.space.metric = vector::Metric::kEuclidean;
      break;
  }
  // Bytes find what float32 finds: what could be among the nearest is compared in full.
  segment.quantization = field.quantization == VectorQuantization::kBinary
                             ? vector::Quantization::kBinary
                             : vector::Quantization::kScalar;
  segment.graph.edges = static_cast<std::uint32_t>(field.max_edges);
  segment.graph.candidates = static_cast<std::uint32_t>(field.edge_candidates);
  return options;
}

// Of this process, gone with it: the store's folder, or a temporary one where that is not ours.
std::filesystem::path folder_of(const Storage& storage) {
  std::error_code ignored;
  const std::filesystem::path store = storage.path();
  if (std::filesystem::is_directory(store, ignored)) return store / "vectors";
  return std::filesystem::temp_directory_path() /
         fmt::format("cairn-vectors-{:02x}", fmt::join(storage.uuid(), ""));
}

// The float32 numbers of an entry, or nothing where it has others.
std::optional<vector::RowView> floats_of(std::string_view entry) {
  if (entry.size() < kHeaderBytes || entry[0] != static_cast<char>(VectorElement::kFloat32)) {
    return std::nullopt;
  }
  return std::as_bytes(std::span(entry.substr(kHeaderBytes)));
}

}  // namespace

std::shared_ptr<VectorIndex> VectorIndex::of(Storage& storage, Catalog& catalog,
                                             const CollectionEntry& collection,
                                             const IndexEntry& index) {
  if (collection.definition().clustered || !index.ready()) return nullptr;
  SharedIndexState& shared = index.shared();
  const std::lock_guard lock(shared.cache_mutex);
  if (shared.cache == nullptr) {
    shared.cache = std::make_shared<VectorIndex>(storage, index);
    catalog.caches().add(shared.cache);
  }
  return std::static_pointer_cast<VectorIndex>(shared.cache);
}

VectorIndex::VectorIndex(Storage& storage, const IndexEntry& index)
    : storage_(storage), keyspace_(index.keyspace()), folder_(folder_of(storage)) {
  for (const VectorField& field : index.vectors()->fields()) {
    if (field.indexing == VectorIndexing::kFlat) {
      options_.emplace_back();
      continue;
    }
    options_.emplace_back(options_of(field));
    options_.back()->segment.graph.cancelled = [this] { return stopped_.load(); };
  }
}

void VectorIndex::clean(const Storage& storage) {
  std::error_code ignored;
  std::filesystem::remove_all(folder_of(storage), ignored);
}

VectorIndex::~VectorIndex() {
  std::error_code ignored;
  for (const auto& [segment, path] : files_) std::filesystem::remove(path, ignored);
}

VectorIndex::Moment::~Moment() {
  if (index_ == nullptr) return;
  const std::lock_guard lock(index_->mutex_);
  index_->reading_.erase(index_->reading_.find(sequence_));
}

Result<std::vector<vector::Hit>> VectorIndex::Moment::search(
    const NearAsk& ask, const std::span<const std::uint64_t>* matching, const Interrupt* interrupt,
    vector::SearchStats& stats) const {
  const vector::Space& space = index_->options_[ask.field]->segment.space;
  CAIRN_ASSIGN_OR_RETURN(const vector::Row row, vector::prepare(space, ask.vector));
  const std::function<bool()> cancelled = [interrupt] {
    return interrupt != nullptr && !interrupt->check().ok();
  };
  const vector::SearchOptions options{
      .limit = ask.limit,
      .candidates = std::max(ask.candidates, ask.limit),
      .exactness = ask.exact ? vector::Exactness::kExact : vector::Exactness::kApproximate,
      .read_sequence = sequence_,
      .cancelled = &cancelled};
  return vector::search(*views_[ask.field], {.row = row, .matching = matching}, options, stats);
}

Result<std::optional<VectorIndex::Moment>> VectorIndex::at(ReadView& view) {
  const std::lock_guard lock(mutex_);
  view.pin();
  if (state_ != State::kFilled) return std::optional<Moment>();
  CAIRN_ASSIGN_OR_RETURN(const bool taken, take_in(view.frozen(), kMostOfSearch));
  if (!taken) return std::optional<Moment>();
  Moment moment;
  for (const std::unique_ptr<vector::Index>& field : fields_) {
    moment.views_.push_back(field == nullptr ? nullptr : field->view());
  }
  moment.index_ = this;
  moment.sequence_ = applied_;
  reading_.insert(applied_);
  return std::optional<Moment>(std::move(moment));
}

Result<bool> VectorIndex::take_in(const Reader& reader, std::size_t most) {
  const records::VectorLogRange rows(keyspace_, applied_ + 1);
  KeyCursor log = reader.scan(Family::kAux, rows.range());
  log.seek_first();
  while (log.valid()) {
    std::vector<std::pair<OpNumber, std::string>> changes;
    for (; log.valid() && changes.size() < kChangesAtOnce; log.next()) {
      if (most != 0 && changes.size() == most) return false;
      changes.emplace_back(records::vector_log_op(log.key()),
                           records::vector_log_record(log.key()));
    }
    // Of a record that changed several times its last state is all there is to read.
    std::unordered_map<std::string_view, std::size_t> last;
    for (std::size_t i = 0; i < changes.size(); ++i) last[changes[i].second] = i;
    for (std::size_t i = 0; i < changes.size(); ++i) {
      if (last[changes[i].second] != i) continue;
      CAIRN_RETURN_IF_ERROR(take_in_record(reader, changes[i].first, changes[i].second));
    }
    applied_ = changes.back().first;
  }
  CAIRN_RETURN_IF_ERROR(log.status());
  return true;
}

Status VectorIndex::take_in_record(const Reader& reader, OpNumber op, std::string_view record_id) {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i] == nullptr) continue;
    fields_[i]->erase(read_u64(record_id), op);
    std::string key;
    records::append_vector_entry(key, keyspace_, i, record_id);
    PinnedValue entry;
    CAIRN_ASSIGN_OR_RETURN(const bool found, reader.get(Family::kAux, key, entry));
    if (found) put(i, read_u64(record_id), op, entry.view());
  }
  return Status();
}

void VectorIndex::put(std::size_t field, std::uint64_t id, OpNumber op, std::string_view entry) {
  const std::optional<vector::RowView> numbers = floats_of(entry);
  if (!numbers) return;
  // What an entry has was checked when it was written.
  const auto row = vector::prepare(options_[field]->segment.space, *numbers);
  if (row.ok()) fields_[field]->insert(id, op, *row);
}

Status VectorIndex::catch_up() {
  {
    const std::lock_guard lock(mutex_);
    if (state_ != State::kFilled) return Status();
    ReadView view(storage_);
    const Status taken = take_in(view.frozen(), 0).status();
    if (!taken.ok()) {
      state_ = State::kEmpty;  // some of it may be in: it is filled anew
      return taken;
    }
  }
  return trim();
}

// Log rows that have been taken in go.
Status VectorIndex::trim() {
  OpNumber applied = 0;
  {
    const std::lock_guard lock(mutex_);
    applied = applied_;
  }
  const records::VectorLogRange taken_in(keyspace_, 0, applied + 1);
  WriteUnit unit;
  std::size_t rows = 0;
  KeyCursor log = storage_.latest().scan(Family::kAux, taken_in.range());
  for (log.seek_first(); log.valid() && rows < kTrimmedAtOnce; log.next(), ++rows) {
    unit.remove(Family::kAux, log.key());
  }
  CAIRN_RETURN_IF_ERROR(log.status());
  return rows == 0 ? Status() : storage_.commits().commit(unit).status();
}

Status VectorIndex::merge() {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_try_) return Status();
  Status merged = fill_and_merge();
  // A full disk, most likely. Searches scan what is in no segment.
  if (!merged.ok()) next_try_ = now + kPauseAfterError;
  return merged;
}

Status VectorIndex::fill_and_merge() {
  bool empty = false;
  {
    const std::lock_guard lock(mutex_);
    empty = state_ == State::kEmpty;
  }
  if (empty) CAIRN_RETURN_IF_ERROR(fill());
  for (std::size_t i = 0; i < options_.size(); ++i) {
    if (has(i)) CAIRN_RETURN_IF_ERROR(merge_field(i));
  }
  return Status();
}

Status VectorIndex::fill() {
  ReadView view(storage_);
  const Reader reader = view.frozen();
  {
    const std::lock_guard lock(mutex_);
    state_ = State::kFilling;
    fields_.clear();
    for (const auto& options : options_) {
      fields_.push_back(options ? std::make_unique<vector::Index>(*options) : nullptr);
    }
    const records::VectorLogRange rows(keyspace_);
    KeyCursor log = reader.scan(Family::kAux, rows.range(), {.direction = Direction::kBackward});
    log.seek_first();
    applied_ = log.valid() ? records::vector_log_op(log.key()) : 1;
  }
  Status filled;
  for (std::size_t i = 0; i < options_.size() && filled.ok(); ++i) {
    if (has(i)) filled = fill_field(reader, i);
  }
  const std::lock_guard lock(mutex_);
  state_ = filled.ok() ? State::kFilled : State::kEmpty;
  return filled;
}

Status VectorIndex::fill_field(const Reader& reader, std::size_t field) {
  std::string lower;
  records::append_vector_entry(lower, keyspace_, field, {});
  std::string upper;
  records::append_vector_entry(upper, keyspace_, field + 1, {});
  KeyCursor entries = reader.scan(Family::kAux, {lower, upper}, {.fill_cache = false});
  std::size_t rows = 0;
  for (entries.seek_first(); entries.valid(); entries.next()) {
    const std::string_view record_id = entries.key().substr(records::kVectorLogPrefix);
    put(field, read_u64(record_id), applied_, entries.value());
    if (++rows % kRowsPerPiece == 0) CAIRN_RETURN_IF_ERROR(merge_field(field));
    if (rows % kRowsPerLook == 0) CAIRN_RETURN_IF_ERROR(check_stopped());
  }
  return entries.status();
}

Status VectorIndex::merge_field(std::size_t field) {
  vector::Index& index = *fields_[field];
  while (true) {
    CAIRN_RETURN_IF_ERROR(check_stopped());
    vector::Merge parts = vector::choose_merge(*index.view());
    if (parts.segments.empty() && parts.deltas.empty()) return Status();
    const std::filesystem::path path = next_segment();
    auto merged = index.merge(std::move(parts), path, oldest_read());
    if (!merged.ok()) {
      index.abandon();
      return merged.take_status();
    }
    index.install(*merged);
    if (merged->result != nullptr) files_.emplace_back(merged->result.get(), path);
    remove_files(merged->segments);
  }
}

// Who still reads them has them mapped.
void VectorIndex::remove_files(std::span<const std::shared_ptr<const vector::Segment>> segments) {
  std::error_code ignored;
  for (const auto& segment : segments) {
    const auto file = std::ranges::find(files_, segment.get(), &SegmentFile::first);
    if (file == files_.end()) continue;
    std::filesystem::remove(file->second, ignored);
    files_.erase(file);
  }
}

Status VectorIndex::check_stopped() const {
  if (!stopped_) return Status();
  return {ErrorCode::kInterrupted, "the index is no longer kept in memory"};
}

std::uint64_t VectorIndex::oldest_read() const {
  const std::lock_guard lock(mutex_);
  return reading_.empty() ? applied_ : *reading_.begin();
}

std::filesystem::path VectorIndex::next_segment() {
  std::error_code ignored;
  std::filesystem::create_directories(folder_, ignored);
  return folder_ / fmt::format("{}-{}.segment", keyspace_, serial_++);
}

}  // namespace cairn::exec
