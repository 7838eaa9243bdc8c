// Reads: PinnedValue, Snapshot, Reader, KeyCursor.
//
// A Reader is three pointers: copy it freely; it lives no longer than its Storage (and Snapshot).
// Every read verifies block checksums. A read that meets corrupt bytes fails with a Status; it
// never gives wrong data. Thread-safety: a Reader and a Snapshot may be shared by threads; a
// KeyCursor and a PinnedValue belong to one at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include <cairn/status.h>

#include "engine/storage/family.h"
#include "engine/storage/keys.h"

namespace rocksdb {
class PinnableSlice;
class Snapshot;
struct ReadOptions;
}  // namespace rocksdb

namespace cairn {

class PendingRows;
struct PendingRow;
class RecordHints;
class RocksStore;

// A value read by `get`, kept in place in the block cache: nothing is copied. Reusable.
class PinnedValue {
 public:
  PinnedValue();
  PinnedValue(PinnedValue&& other) noexcept;
  PinnedValue& operator=(PinnedValue&& other) noexcept;
  ~PinnedValue();

  bool found() const { return found_; }
  // Valid until the next read into this object or its end. Empty unless found().
  std::string_view view() const { return {data_, size_}; }
  const std::uint8_t* data() const { return reinterpret_cast<const std::uint8_t*>(data_); }
  std::size_t size() const { return size_; }
  void reset();

 private:
  friend class Reader;
  rocksdb::PinnableSlice& slice();
  void settle(bool found);

  alignas(8) std::array<std::byte, 120> slice_;  // a rocksdb::PinnableSlice
  const char* data_ = nullptr;
  std::size_t size_ = 0;
  bool found_ = false;
};

// A frozen, consistent view of the whole store, until it is destroyed. Cheap (50 ns), but it keeps
// old versions from being collected: hold it for a statement or a transaction, not for a cursor's
// idle time.
class Snapshot {
 public:
  explicit Snapshot(const RocksStore& store);
  Snapshot(Snapshot&&) noexcept;
  Snapshot& operator=(Snapshot&&) noexcept;
  ~Snapshot();

  // Orders snapshots and commits (CommitReceipt::sequence): a commit is seen iff its sequence <=
  // this.
  std::uint64_t sequence() const;

 private:
  friend class Reader;
  struct State;
  std::unique_ptr<State> state_;
};

enum class Direction : std::uint8_t { kForward, kBackward };

struct ScanOptions {
  Direction direction = Direction::kForward;
  // Whether blocks read stay in the cache. Off for scans of everything (checks, exports).
  bool fill_cache = true;
};

// (Named KeyCursor because the public API has cairn::Cursor: a stream of documents.)
//
// Walks the keys of one family inside one KeyRange, in one direction. Not positioned at first: call
// `seek_first` or `seek`. After `valid()` turns false, `status()` says whether that was the end or
// an error:
//
//   KeyCursor cursor = reader.scan(Family::kDoc, range);
//   for (cursor.seek_first(); cursor.valid(); cursor.next()) use(cursor.key(), cursor.value());
//   CAIRN_RETURN_IF_ERROR(cursor.status());
//
// It pins memory and files while it lives: drop it between getMores and seek again.
class KeyCursor {
 public:
  KeyCursor();  // valid() is false; assign to it
  KeyCursor(KeyCursor&&) noexcept;
  KeyCursor& operator=(KeyCursor&&) noexcept;
  ~KeyCursor();

  // To the range's first key in the scan's direction (going backward: its last).
  void seek_first();
  // Forward: to the first key >= `key`; backward: to the last key <= `key`; within the range.
  void seek(std::string_view key);
  // One step in the scan's direction. REQUIRES: valid().
  void next();

  bool valid() const;
  // REQUIRES: valid(). The views live until the cursor moves.
  std::string_view key() const;
  std::string_view value() const;
  Status status() const;

 private:
  friend class Reader;
  struct State;
  explicit KeyCursor(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Reads the latest state, or a Snapshot's; on top of either what a transaction has not committed
// yet.
class Reader {
 public:
  explicit Reader(const RocksStore& store);
  // REQUIRES: `snapshot` outlives the reader.
  Reader(const RocksStore& store, const Snapshot& snapshot);
  // The same with `pending` over it, as if that were committed. REQUIRES: `pending` outlives the
  // result; its owner's thread alone uses that.
  Reader with(const PendingRows& pending) const;

  // Whether the key is there; if so its value. No allocation on success.
  Result<bool> get(Family family, std::string_view key, PinnedValue& value) const;
  // Whether the key is there, without its value.
  Result<bool> contains(Family family, std::string_view key) const;
  // values[i] is keys[i]'s value, or !found(). REQUIRES: keys strictly ascending; values.size() ==
  // keys.size().
  Status multi_get(Family family, std::span<const std::string_view> keys,
                   std::span<PinnedValue> values) const;
  KeyCursor scan(Family family, KeyRange range, ScanOptions options = {}) const;

  // The store's, of the latest state; they serve readers of a snapshot as well.
  RecordHints& hints() const;

  // A cheap estimate of the bytes between two keys, memtables included. For plan choice and
  // statistics. Pending rows are not counted.
  std::uint64_t approximate_bytes(Family family, KeyRange range) const;

 private:
  static void take(const PendingRow& row, PinnedValue& value);

  const RocksStore* store_;
  const rocksdb::ReadOptions* options_;
  const PendingRows* pending_ = nullptr;
};

}  // namespace cairn
