#include "engine/exec/vector_index.h"

#include "engine/bson/binary_vector.h"
#include "engine/records/vector_log.h"

#include <algorithm>
#include <thread>
#include <unordered_map>
#include <utility>

namespace cairn::exec {
namespace {

// A search that would have to take in more than this scans instead; the engine's thread catches up.
constexpr std::size_t kMostOfSearch = 4096;
constexpr std::size_t kChangesAtOnce = 65536;
// While nobody waits for them, but searches may come: some milliseconds.
constexpr std::size_t kCaughtUpAtOnce = 1024;
constexpr std::size_t kTrimmedAtOnce = 4096;
constexpr std::size_t kHeaderBytes = 2;

vector::IndexOptions options_of(const VectorField& field) {
  vector::IndexOptions options;
  vector::SegmentOptions& segment = options.segment;
  segment.space = vector_space(field);
  // Bytes find what float32 finds: what could be among the nearest is compared in full.
  segment.quantization = field.quantization == VectorQuantization::kBinary
                             ? vector::Quantization::kBinary
                             : vector::Quantization::kScalar;
  segment.graph.edges = static_cast<std::uint32_t>(field.max_edges);
  segment.graph.candidates = static_cast<std::uint32_t>(field.edge_candidates);
  segment.graph.threads = std::clamp(std::thread::hardware_concurrency() / 2, 1U, 16U);
  return options;
}

}  // namespace

vector::Space vector_space(const VectorField& field) {
  vector::Space space{.dimensions = static_cast<std::uint32_t>(field.dimensions)};
  switch (field.similarity) {
    case VectorSimilarity::kCosine:
      space.metric = vector::Metric::kCosine;
      break;
    case VectorSimilarity::kDotProduct:
      space.metric = vector::Metric::kDotProduct;
      break;
    case VectorSimilarity::kEuclidean:
      space.metric = vector::Metric::kEuclidean;
      break;
  }
  return space;
}

std::optional<vector::Row> row_of_entry(const vector::Space& space, std::string_view entry) {
  if (entry.size() < kHeaderBytes || entry[0] != static_cast<char>(VectorElement::kFloat32)) {
    return std::nullopt;
  }
  // What an entry has was checked when it was written.
  auto row = vector::prepare(space, std::as_bytes(std::span(entry.substr(kHeaderBytes))));
  if (!row.ok()) return std::nullopt;
  return std::move(*row);
}

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
    : storage_(storage),
      keyspace_(index.keyspace()),
      shared_(index.shared_state()),
      filters_(index.vectors()->filters()),
      folder_(segments_folder(storage)),
      kept_(keeps_segments(storage)) {
  for (const VectorField& field : index.vectors()->fields()) {
    nested_.push_back(field.nested);
    if (field.indexing == VectorIndexing::kFlat) {
      options_.emplace_back();
      continue;
    }
    options_.emplace_back(options_of(field));
    options_.back()->segment.graph.cancelled = [this] { return stopped_.load(); };
  }
}

VectorIndex::~VectorIndex() {
  if (!stopped_ || !kept_) remove_all_files();
}

VectorIndex::Moment::~Moment() {
  if (index_ == nullptr) return;
  const std::lock_guard lock(index_->mutex_);
  rows_.reset();
  index_->reading_.erase(index_->reading_.find(sequence_));
}

Result<std::vector<vector::Hit>> VectorIndex::Moment::search(const NearAsk& ask,
                                                             const vector::IdFilter* filter,
                                                             const Interrupt* interrupt,
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
  auto hits = vector::search(*views_[ask.field], {.row = row, .filter = filter}, options, stats);
  if (!hits.ok() && hits.status().code() == ErrorCode::kInternalError) {
    index_->damaged_ = true;
    index_->storage_.committed().raise();  // wakes who mends it
  }
  return hits;
}

Result<std::optional<VectorIndex::Moment>> VectorIndex::at(ReadView& view) {
  load();
  const std::lock_guard lock(mutex_);
  const std::uint64_t before = newest_sequence();
  view.pin();
  if (state_ != State::kFilled) return std::optional<Moment>();
  if (newest_sequence() != looked_) {
    CAIRN_ASSIGN_OR_RETURN(const bool taken, take_in(view.frozen(), kMostOfSearch));
    if (!taken) return std::optional<Moment>();
    looked_ = before;
  }
  Moment moment;
  for (const std::unique_ptr<vector::Index>& field : fields_) {
    moment.views_.push_back(field == nullptr ? nullptr : field->view());
  }
  moment.columns_ = columns_;
  moment.rows_ = columns_->snapshot();
  moment.index_ = this;
  moment.sequence_ = applied_;
  reading_.insert(applied_);
  return std::optional<Moment>(std::move(moment));
}

// A unit without writes is not applied, but gets the newest commit's receipt.
std::uint64_t VectorIndex::newest_sequence() const {
  const auto receipt = storage_.commits().commit(WriteUnit());
  return receipt.ok() ? receipt->sequence : 0;
}

Result<bool> VectorIndex::take_in(const Reader& reader, std::size_t most) {
  const records::VectorLogRange rows(keyspace_, applied_ + 1);
  KeyCursor log = reader.scan(Family::kAux, rows.range());
  log.seek_first();
  if (most != 0) {
    std::size_t waiting = 0;
    for (; log.valid(); log.next()) {
      if (++waiting > most) return false;
    }
    log.seek_first();
  }
  while (log.valid()) CAIRN_RETURN_IF_ERROR(take_in_next(reader, log, kChangesAtOnce));
  CAIRN_RETURN_IF_ERROR(log.status());
  return true;
}

Status VectorIndex::take_in_next(const Reader& reader, KeyCursor& log, std::size_t most) {
  std::vector<LogRow> changes;
  for (; log.valid() && changes.size() < most; log.next()) {
    changes.push_back({.op = records::vector_log_op(log.key()),
                       .record_id = std::string(records::vector_log_record(log.key())),
                       .only_filter = records::only_filter_changed(log.key()),
                       .elements = records::changed_elements(log.key())});
  }
  // Of a record that changed several times its last state is all there is to read.
  std::unordered_map<std::string_view, std::size_t> last;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto [before, first] = last.try_emplace(changes[i].record_id, i);
    if (first) continue;
    changes[i].only_filter = changes[i].only_filter && changes[before->second].only_filter;
    changes[i].elements = std::max(changes[i].elements, changes[before->second].elements);
    before->second = i;
  }
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (last[changes[i].record_id] != i) continue;
    CAIRN_RETURN_IF_ERROR(take_in_row(reader, changes[i]));
  }
  applied_ = changes.back().op;
  logged_ += changes.size();
  return Status();
}

Status VectorIndex::take_in_row(const Reader& reader, const LogRow& row) {
  CAIRN_RETURN_IF_ERROR(take_in_filter(reader, row.record_id));
  if (row.only_filter) return Status();
  const std::uint64_t id = read_u64(row.record_id);
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i] == nullptr) continue;
    if (!nested_[i]) CAIRN_RETURN_IF_ERROR(take_in_vector(reader, i, id, row.op));
    for (std::uint32_t element = 0; nested_[i] && element < row.elements; ++element) {
      CAIRN_RETURN_IF_ERROR(take_in_vector(reader, i, records::element_id(id, element), row.op));
    }
  }
  return Status();
}

Status VectorIndex::take_in_vector(const Reader& reader, std::size_t field, std::uint64_t id,
                                   OpNumber op) {
  fields_[field]->erase(id, op);
  PinnedValue entry;
  CAIRN_ASSIGN_OR_RETURN(
      const bool found,
      reader.get(Family::kAux, records::entry_of_id(keyspace_, field, id, nested_[field]), entry));
  if (found) put(field, id, op, entry.view());
  return Status();
}

// What a record that has gone was filtered by stays: nobody finds it.
Status VectorIndex::take_in_filter(const Reader& reader, std::string_view record_id) {
  if (filters_.empty()) return Status();
  std::string key;
  records::append_vector_filter(key, keyspace_, record_id);
  PinnedValue row;
  CAIRN_ASSIGN_OR_RETURN(const bool found, reader.get(Family::kAux, key, row));
  return found ? columns_->put(read_u64(record_id), row.view()) : Status();
}

void VectorIndex::put(std::size_t field, std::uint64_t id, OpNumber op, std::string_view entry) {
  const auto row = row_of_entry(options_[field]->segment.space, entry);
  if (row) fields_[field]->insert(id, op, *row);
}

Result<bool> VectorIndex::catch_up() {
  const OpNumber newest = storage_.commits().last_op();
  if (newest == seen_) return false;
  bool changed = false;
  // Piece by piece: searches wait for the mutex.
  for (bool more = true; more;) {
    const std::lock_guard lock(mutex_);
    if (state_ != State::kFilled) return false;
    const auto taken = catch_up_some();
    if (!taken.ok()) {
      state_ = State::kEmpty;  // some of it may be in: it is filled anew
      return taken;
    }
    more = *taken;
    changed = std::exchange(caught_up_, applied_) != applied_ || changed;
  }
  CAIRN_RETURN_IF_ERROR(trim());
  seen_ = newest;
  return changed;
}

// Whether there is more.
Result<bool> VectorIndex::catch_up_some() {
  ReadView view(storage_);
  const records::VectorLogRange rows(keyspace_, applied_ + 1);
  KeyCursor log = view.frozen().scan(Family::kAux, rows.range());
  log.seek_first();
  if (log.valid()) CAIRN_RETURN_IF_ERROR(take_in_next(view.frozen(), log, kCaughtUpAtOnce));
  CAIRN_RETURN_IF_ERROR(log.status());
  return log.valid();
}

// Log rows that a manifest covers go; all that have been taken in where nothing is kept.
Status VectorIndex::trim() {
  OpNumber covered = 0;
  {
    const std::lock_guard lock(mutex_);
    covered = kept_ ? covered_ : applied_;
  }
  const records::VectorLogRange taken_in(keyspace_, 0, covered + 1);
  WriteUnit unit;
  std::size_t rows = 0;
  KeyCursor log = storage_.latest().scan(Family::kAux, taken_in.range());
  for (log.seek_first(); log.valid() && rows < kTrimmedAtOnce; log.next(), ++rows) {
    unit.remove(Family::kAux, log.key());
  }
  CAIRN_RETURN_IF_ERROR(log.status());
  return rows == 0 ? Status() : storage_.commits().commit(unit).status();
}

Status VectorIndex::check_stopped() const {
  if (!stopped_) return Status();
  return {ErrorCode::kInterrupted, "the index is no longer kept in memory"};
}

std::uint64_t VectorIndex::oldest_read() const {
  const std::lock_guard lock(mutex_);
  return reading_.empty() ? applied_ : *reading_.begin();
}

bool VectorIndex::dropped() const {
  const std::shared_ptr<SharedIndexState> shared = shared_.lock();
  return shared == nullptr || shared->dropped;
}

}  // namespace cairn::exec
