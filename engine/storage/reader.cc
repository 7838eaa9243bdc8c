// PinnedValue keeps RocksDB's PinnableSlice in place, so that RocksDB's headers stay in this folder
// and a read allocates nothing.
#include "engine/storage/reader.h"

#include <algorithm>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include <rocksdb/db.h>

#include "engine/storage/dead_keys.h"
#include "engine/storage/pending_rows.h"
#include "engine/storage/rocks_seek.h"
#include "engine/storage/rocks_status.h"
#include "engine/storage/rocks_store.h"
#include "engine/storage/slice.h"

namespace cairn {

namespace {

std::string_view view_of(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

}  // namespace

static_assert(sizeof(rocksdb::PinnableSlice) <= 120 && alignof(rocksdb::PinnableSlice) <= 8);

rocksdb::PinnableSlice& PinnedValue::slice() {
  return *std::launder(reinterpret_cast<rocksdb::PinnableSlice*>(slice_.data()));
}

PinnedValue::PinnedValue() { new (slice_.data()) rocksdb::PinnableSlice(); }

PinnedValue::PinnedValue(PinnedValue&& other) noexcept {
  new (slice_.data()) rocksdb::PinnableSlice(std::move(other.slice()));
  settle(other.found_);
  other.reset();
}

PinnedValue& PinnedValue::operator=(PinnedValue&& other) noexcept {
  if (this == &other) return *this;
  slice() = std::move(other.slice());
  settle(other.found_);
  other.reset();
  return *this;
}

PinnedValue::~PinnedValue() { slice().~PinnableSlice(); }

void PinnedValue::reset() {
  slice().Reset();
  data_ = nullptr;
  size_ = 0;
  found_ = false;
}

void PinnedValue::settle(bool found) {
  found_ = found;
  data_ = found ? slice().data() : nullptr;
  size_ = found ? slice().size() : 0;
}

struct Snapshot::State {
  rocksdb::DB* db;
  const rocksdb::Snapshot* snapshot;
  rocksdb::ReadOptions options;

  ~State() { db->ReleaseSnapshot(snapshot); }
};

Snapshot::Snapshot(const RocksStore& store)
    : state_(new State{&store.db(), store.db().GetSnapshot(), store.read_options()}) {
  state_->options.snapshot = state_->snapshot;
}
Snapshot::Snapshot(Snapshot&&) noexcept = default;
Snapshot& Snapshot::operator=(Snapshot&&) noexcept = default;
Snapshot::~Snapshot() = default;

std::uint64_t Snapshot::sequence() const { return state_->snapshot->GetSequenceNumber(); }

namespace {

constexpr std::size_t kCacheLine = 64;

// In a block, the next row lies right behind a value: its key and what its value begins with are on
// their way to the processor's cache while this value is looked at, and so is a third row of about
// the same size. Waiting for each was a third of a scan. An address that is nobody's does no harm.
// Always inline: GCC takes a function that only prefetches for one without effect, and leaves out
// calls of it.
[[gnu::always_inline]] inline void expect_rows_behind(std::string_view value) {
  const char* const next = value.data() + value.size();
  const char* const third = next + value.size();
  const char* const end = std::min(third, next + 8 * kCacheLine);
  for (const char* at = next; at < end; at += kCacheLine) __builtin_prefetch(at);
  __builtin_prefetch(third);
  __builtin_prefetch(third + kCacheLine);
}

}  // namespace

// Where a transaction reads, the store's rows and its pending ones are merged: of two with one key
// the pending one counts, and hides the other where it is a removal.
struct KeyCursor::State {
  std::string lower;
  std::string upper;
  rocksdb::Slice lower_slice;
  rocksdb::Slice upper_slice;
  Direction direction;
  const RocksStore* store;
  Family family;
  std::uint64_t sequence;                       // the iterator's state is this one or a later one
  std::unique_ptr<rocksdb::Iterator> iterator;  // after the bounds, which it borrows
  std::optional<PendingWalk> pending;
  bool at_pending = false;  // the cursor is at the pending row

  bool forward() const { return direction == Direction::kForward; }

  void seek_first() {
    if (forward()) {
      seek_stored_forward(lower);
      if (pending) pending->seek_forward(lower);
    } else {
      seek_stored_last();
      if (pending) pending->seek_last();
    }
    settle();
  }

  void seek(std::string_view key) {
    if (forward()) {
      seek_stored_forward(std::max(key, std::string_view(lower)));
      if (pending) pending->seek_forward(key);
    } else {
      const bool beyond = !upper.empty() && key >= upper;
      beyond ? seek_stored_last() : seek_stored_backward(key);
      if (pending) pending->seek_backward(key);
    }
    settle();
  }

  void next() {
    if (at_pending) {
      step_pending();
    } else {
      step_stored();
    }
    settle();
  }

 private:
  // To the first stored row from `key` on, which is not below the range.
  void seek_stored_forward(std::string_view key) {
    std::string behind;
    if (store->dead_keys().skip_forward(family, sequence, key, behind)) key = behind;
    const std::uint64_t before = removed_rows_met();
    iterator->Seek(slice_of(key));
    if (removed_rows_met() - before > DeadKeys::kMany) {
      note_dead(key, iterator->Valid() ? view_of(iterator->key()) : std::string_view(upper));
    }
  }

  // To the last stored row up to `key`, which is below the range's end.
  void seek_stored_backward(std::string_view key) {
    std::string end;
    if (store->dead_keys().skip_backward(family, sequence, key, end)) {
      return seek_stored_below(end);
    }
    const std::uint64_t before = removed_rows_met();
    iterator->SeekForPrev(slice_of(key));
    if (removed_rows_met() - before > DeadKeys::kMany) note_dead_above(successor(key));
  }

  // To the last stored row of the range.
  void seek_stored_last() {
    std::string end;
    if (store->dead_keys().skip_below(family, sequence, upper, end)) {
      return seek_stored_below(end);
    }
    const std::uint64_t before = removed_rows_met();
    iterator->SeekToLast();
    if (removed_rows_met() - before > DeadKeys::kMany) note_dead_above(upper);
  }

  void seek_stored_below(const std::string& end) {
    const std::uint64_t before = removed_rows_met();
    iterator->SeekForPrev(end);
    // A row at the place itself is not below it.
    if (iterator->Valid() && view_of(iterator->key()) == end) iterator->Prev();
    if (removed_rows_met() - before > DeadKeys::kMany) note_dead_above(end);
  }

  // Between the row that was reached backward and `end`.
  void note_dead_above(std::string_view end) const {
    note_dead(iterator->Valid() ? successor(view_of(iterator->key())) : lower, end);
  }

  static std::string successor(std::string_view key) {
    std::string next(key);
    next.push_back('\0');
    return next;
  }

  void note_dead(std::string_view from, std::string_view to) const {
    store->dead_keys().note(store->db(), store->family(family), family, from, to);
  }

  void step_stored() {
    if (forward()) {
      iterator->Next();
    } else {
      iterator->Prev();
    }
  }

  // Past the pending row and the stored one that it stands for.
  void step_pending() {
    if (iterator->Valid() && view_of(iterator->key()) == pending->key()) step_stored();
    if (forward()) {
      pending->next();
    } else {
      pending->previous();
    }
  }

  // Whether the pending row comes first, or stands for the stored one.
  bool pending_first() const {
    if (!pending->valid()) return false;
    if (!iterator->Valid()) return true;
    const int order = pending->key().compare(view_of(iterator->key()));
    return forward() ? order <= 0 : order >= 0;
  }

  void settle() {
    if (!pending) return;
    while ((at_pending = pending_first()) && pending->row().removed) step_pending();
  }
};

KeyCursor::KeyCursor() = default;
KeyCursor::KeyCursor(std::unique_ptr<State> state) : state_(std::move(state)) {}
KeyCursor::KeyCursor(KeyCursor&&) noexcept = default;
KeyCursor& KeyCursor::operator=(KeyCursor&&) noexcept = default;
KeyCursor::~KeyCursor() = default;

void KeyCursor::seek_first() { state_->seek_first(); }
void KeyCursor::seek(std::string_view key) { state_->seek(key); }
void KeyCursor::next() { state_->next(); }

bool KeyCursor::valid() const {
  return state_ != nullptr && (state_->at_pending || state_->iterator->Valid());
}
std::string_view KeyCursor::key() const {
  return state_->at_pending ? state_->pending->key() : view_of(state_->iterator->key());
}
std::string_view KeyCursor::value() const {
  if (state_->at_pending) return state_->pending->row().value;
  const std::string_view value = view_of(state_->iterator->value());
  if (value.size() >= kCacheLine) expect_rows_behind(value);
  return value;
}

Status KeyCursor::status() const {
  if (state_ == nullptr || state_->iterator->status().ok()) return {};
  return to_status(state_->iterator->status(), "scan");
}

Reader::Reader(const RocksStore& store) : store_(&store), options_(&store.read_options()) {}

Reader::Reader(const RocksStore& store, const Snapshot& snapshot)
    : store_(&store), options_(&snapshot.state_->options) {}

Reader Reader::with(const PendingRows& pending) const {
  Reader reader = *this;
  reader.pending_ = &pending;
  return reader;
}

void Reader::take(const PendingRow& row, PinnedValue& value) {
  value.slice().Reset();
  if (!row.removed) value.slice().PinSelf(slice_of(row.value));
  value.settle(!row.removed);
}

Result<bool> Reader::get(Family family, std::string_view key, PinnedValue& value) const {
  if (pending_ != nullptr) {
    if (const PendingRow* row = pending_->find(family, key)) {
      take(*row, value);
      return value.found();
    }
  }
  value.slice().Reset();
  const rocksdb::Status read =
      store_->db().Get(*options_, store_->family(family), slice_of(key), &value.slice());
  value.settle(read.ok());
  if (read.ok()) return true;
  if (read.IsNotFound()) return false;
  return to_status(read, "read");
}

Result<bool> Reader::contains(Family family, std::string_view key) const {
  PinnedValue value;
  return get(family, key, value);
}

Status Reader::multi_get(Family family, std::span<const std::string_view> keys,
                         std::span<PinnedValue> values) const {
  constexpr std::size_t kChunk = 32;  // RocksDB's own batch size; larger ones allocate
  std::array<rocksdb::Slice, kChunk> slices;
  std::array<rocksdb::PinnableSlice, kChunk> found;
  std::array<rocksdb::Status, kChunk> statuses;
  for (std::size_t at = 0; at < keys.size(); at += kChunk) {
    const std::size_t n = std::min(kChunk, keys.size() - at);
    for (std::size_t i = 0; i < n; ++i) slices[i] = slice_of(keys[at + i]);
    store_->db().MultiGet(*options_, store_->family(family), n, slices.data(), found.data(),
                          statuses.data(), /*sorted_input=*/true);
    for (std::size_t i = 0; i < n; ++i) {
      if (!statuses[i].ok() && !statuses[i].IsNotFound()) return to_status(statuses[i], "read");
      values[at + i].slice() = std::move(found[i]);
      values[at + i].settle(statuses[i].ok());
      found[i].Reset();
    }
  }
  if (pending_ == nullptr) return {};
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (const PendingRow* row = pending_->find(family, keys[i])) take(*row, values[i]);
  }
  return {};
}

KeyCursor Reader::scan(Family family, KeyRange range, ScanOptions options) const {
  auto state = std::make_unique<KeyCursor::State>();
  state->lower = range.lower;
  state->upper = range.upper;
  state->lower_slice = state->lower;
  state->upper_slice = state->upper;
  state->direction = options.direction;
  state->family = family;
  state->store = store_;
  state->sequence = options_->snapshot != nullptr ? options_->snapshot->GetSequenceNumber()
                                                  : store_->db().GetLatestSequenceNumber();
  rocksdb::ReadOptions read = *options_;
  read.fill_cache = options.fill_cache;
  read.total_order_seek = true;
  if (!state->lower.empty()) read.iterate_lower_bound = &state->lower_slice;
  if (!state->upper.empty()) read.iterate_upper_bound = &state->upper_slice;
  state->iterator.reset(store_->db().NewIterator(read, store_->family(family)));
  if (pending_ != nullptr) {
    state->pending.emplace(pending_->of(family), KeyRange{state->lower, state->upper});
  }
  return KeyCursor(std::move(state));
}

RecordHints& Reader::hints() const { return store_->hints(); }

std::uint64_t Reader::approximate_bytes(Family family, KeyRange range) const {
  const rocksdb::Range rocks(slice_of(range.lower), slice_of(range.upper));
  rocksdb::SizeApproximationOptions options;
  options.include_memtables = true;
  options.files_size_error_margin = 0.1;
  std::uint64_t bytes = 0;
  store_->db()
      .GetApproximateSizes(options, store_->family(family), &rocks, 1, &bytes)
      .PermitUncheckedError();  // an estimate of 0 is an estimate
  return bytes;
}

}  // namespace cairn
