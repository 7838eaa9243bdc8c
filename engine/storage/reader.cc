// PinnedValue keeps RocksDB's PinnableSlice in place, so that RocksDB's headers stay in this folder
// and a read allocates nothing.
#include "engine/storage/reader.h"

#include <algorithm>
#include <new>
#include <string>
#include <utility>

#include <rocksdb/db.h>
#include <rocksdb/slice.h>

#include "engine/storage/rocks_status.h"
#include "engine/storage/rocks_store.h"

namespace cairn {

namespace {

rocksdb::Slice slice_of(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
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

struct KeyCursor::State {
  std::string lower;
  std::string upper;
  rocksdb::Slice lower_slice;
  rocksdb::Slice upper_slice;
  Direction direction;
  std::unique_ptr<rocksdb::Iterator> iterator;  // after the bounds, which it borrows
};

KeyCursor::KeyCursor() = default;
KeyCursor::KeyCursor(std::unique_ptr<State> state) : state_(std::move(state)) {}
KeyCursor::KeyCursor(KeyCursor&&) noexcept = default;
KeyCursor& KeyCursor::operator=(KeyCursor&&) noexcept = default;
KeyCursor::~KeyCursor() = default;

void KeyCursor::seek_first() {
  if (state_->direction == Direction::kForward) {
    state_->iterator->Seek(state_->lower_slice);
  } else {
    state_->iterator->SeekToLast();
  }
}

void KeyCursor::seek(std::string_view key) {
  if (state_->direction == Direction::kForward) {
    state_->iterator->Seek(key < std::string_view(state_->lower) ? state_->lower_slice
                                                                 : slice_of(key));
    return;
  }
  const bool beyond = !state_->upper.empty() && key >= std::string_view(state_->upper);
  if (beyond) {
    state_->iterator->SeekToLast();
  } else {
    state_->iterator->SeekForPrev(slice_of(key));
  }
}

void KeyCursor::next() {
  if (state_->direction == Direction::kForward) {
    state_->iterator->Next();
  } else {
    state_->iterator->Prev();
  }
}

bool KeyCursor::valid() const { return state_ != nullptr && state_->iterator->Valid(); }
std::string_view KeyCursor::key() const { return view_of(state_->iterator->key()); }
std::string_view KeyCursor::value() const { return view_of(state_->iterator->value()); }

Status KeyCursor::status() const {
  if (state_ == nullptr || state_->iterator->status().ok()) return {};
  return to_status(state_->iterator->status(), "scan");
}

Reader::Reader(const RocksStore& store) : store_(&store), options_(&store.read_options()) {}

Reader::Reader(const RocksStore& store, const Snapshot& snapshot)
    : store_(&store), options_(&snapshot.state_->options) {}

Result<bool> Reader::get(Family family, std::string_view key, PinnedValue& value) const {
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
  return {};
}

KeyCursor Reader::scan(Family family, KeyRange range, ScanOptions options) const {
  auto state = std::make_unique<KeyCursor::State>();
  state->lower = range.lower;
  state->upper = range.upper;
  state->lower_slice = state->lower;
  state->upper_slice = state->upper;
  state->direction = options.direction;
  rocksdb::ReadOptions read = *options_;
  read.fill_cache = options.fill_cache;
  read.total_order_seek = true;
  if (!state->lower.empty()) read.iterate_lower_bound = &state->lower_slice;
  if (!state->upper.empty()) read.iterate_upper_bound = &state->upper_slice;
  state->iterator.reset(store_->db().NewIterator(read, store_->family(family)));
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
