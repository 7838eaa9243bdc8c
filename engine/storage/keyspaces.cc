// The reaper works on runs: maximal intervals of dropped keyspaces. A run with few keys is removed
// key by key, any other by one range removal per family; what exceeds a pass's share of range
// removals waits for the next pass.
#include "engine/storage/keyspaces.h"

#include <array>
#include <limits>
#include <utility>
#include <vector>

#include <rocksdb/convenience.h>
#include <rocksdb/db.h>

#include "engine/storage/commit_pipeline.h"
#include "engine/storage/keys.h"
#include "engine/storage/rocks_status.h"
#include "engine/storage/rocks_store.h"
#include "engine/storage/slice.h"

namespace cairn {

namespace {

constexpr std::array kKeyed = {Family::kDoc, Family::kIdx, Family::kAux};
// A batch of removals is committed when it has grown to this.
constexpr std::size_t kUnitBytes = 1 << 20;

Status corrupt(std::string_view what) {
  return {ErrorCode::kInternalError, "the store is corrupt: " + std::string(what)};
}

}  // namespace

Keyspaces::Keyspaces(RocksStore& store, CommitPipeline& commits, const Options& options)
    : store_(store), commits_(commits), options_(options) {}

Status Keyspaces::load() {
  const Reader reader(store_);
  std::lock_guard lock(mutex_);
  PinnedValue row;
  CAIRN_ASSIGN_OR_RETURN(const bool known, reader.get(Family::kMeta, next_keyspace_key(), row));
  if (known && row.size() != 4) return corrupt("the next keyspace's row");
  // What was reserved and not used before a restart stays unused.
  next_ = reserved_end_ = known ? read_u32(row.view()) : 1;
  const std::string lower = dropped_key(0);
  KeyCursor cursor = reader.scan(Family::kMeta, {lower, "E"});
  for (cursor.seek_first(); cursor.valid(); cursor.next()) {
    if (cursor.key().size() != 5 || cursor.value().size() != 4)
      return corrupt("a dropped keyspace's row");
    const Keyspace first = read_u32(cursor.key().substr(1));
    const std::uint32_t count = read_u32(cursor.value());
    merge(dropped_, first, first + count);
    pending_ += count;
  }
  return cursor.status();
}

Result<Keyspace> Keyspaces::allocate(std::uint32_t count) {
  std::lock_guard lock(mutex_);
  if (count > std::numeric_limits<Keyspace>::max() - options_.reserve - next_) {
    return Status(ErrorCode::kOperationFailed, "all keyspaces of this store are used up");
  }
  if (next_ + count > reserved_end_) {
    const Keyspace end = next_ + count + options_.reserve;
    WriteUnit unit;
    std::string row;
    append_u32(row, end);
    unit.put(Family::kMeta, next_keyspace_key(), row);
    CAIRN_RETURN_IF_ERROR(commits_.commit(unit).status());
    reserved_end_ = end;
  }
  return std::exchange(next_, next_ + count);
}

void Keyspaces::drop(WriteUnit& unit, Keyspace first, std::uint32_t count) {
  std::string row;
  append_u32(row, count);
  unit.put(Family::kMeta, dropped_key(first), row);
}

void Keyspaces::dropped(Keyspace first, std::uint32_t count) {
  std::lock_guard lock(mutex_);
  merge(dropped_, first, first + count);
  pending_ += count;
}

std::uint64_t Keyspaces::pending() const {
  std::lock_guard lock(mutex_);
  return pending_;
}

Keyspace Keyspaces::next() const {
  std::lock_guard lock(mutex_);
  return next_;
}

void Keyspaces::merge(Runs& runs, Keyspace first, Keyspace end) {
  auto at = runs.upper_bound(first);
  if (at != runs.begin() && std::prev(at)->second >= first) {
    --at;
    first = at->first;
    end = std::max(end, at->second);
    at = runs.erase(at);
  }
  while (at != runs.end() && at->first <= end) {
    end = std::max(end, at->second);
    at = runs.erase(at);
  }
  runs.emplace(first, end);
}

Status Keyspaces::reap() {
  std::lock_guard reaping(reap_mutex_);
  Runs runs;
  {
    std::lock_guard lock(mutex_);
    runs = std::exchange(dropped_, {});
  }
  Pass pass;
  Status status;
  for (auto at = runs.begin(); at != runs.end() && status.ok(); at = runs.erase(at)) {
    status = reap_run(pass, at->first, at->second);
    if (!status.ok()) break;
  }
  if (status.ok()) status = commit_pass(pass);
  {
    std::lock_guard lock(mutex_);
    // Not done: failed, or beyond this pass's share.
    for (const auto& [first, end] : runs) merge(dropped_, first, end);
    for (const auto& [first, end] : pass.postponed) merge(dropped_, first, end);
    if (!status.ok()) {
      for (const auto& [first, end] : pass.removed) merge(dropped_, first, end);
    } else {
      pending_ -= std::min(pending_, pass.keyspaces);
    }
  }
  CAIRN_RETURN_IF_ERROR(status);
  return compact_after(pass);
}

Status Keyspaces::reap_run(Pass& pass, Keyspace first, Keyspace end) {
  const KeyspaceKey lower(first);
  const KeyspaceKey upper(end);
  const KeyRange range{lower.view(), upper.view()};
  const Reader reader(store_);
  std::array<bool, kKeyed.size()> by_range{};
  std::uint32_t ranges = 0;
  for (std::size_t i = 0; i < kKeyed.size(); ++i) {
    CAIRN_ASSIGN_OR_RETURN(by_range[i], more_keys_than(kKeyed[i], range, options_.small_run_keys));
    ranges += by_range[i] ? 1 : 0;
  }
  if (ranges != 0 && pass.range_removals >= options_.max_range_removals) {
    pass.postponed.emplace(first, end);
    return {};
  }
  for (std::size_t i = 0; i < kKeyed.size(); ++i) {
    if (by_range[i]) {
      pass.bytes += reader.approximate_bytes(kKeyed[i], range);
      pass.unit.remove_range(kKeyed[i], range.lower, range.upper);
    } else {
      CAIRN_RETURN_IF_ERROR(remove_keys(pass, kKeyed[i], range));
    }
  }
  pass.range_removals += ranges != 0 ? 1 : 0;
  if (ranges != 0) merge(removed_, first, end);
  const std::string rows = dropped_key(first);
  const std::string rows_end = dropped_key(end);
  CAIRN_RETURN_IF_ERROR(remove_keys(pass, Family::kMeta, {rows, rows_end}));
  pass.removed.emplace(first, end);
  pass.keyspaces += end - first;
  return pass.unit.bytes() < kUnitBytes ? Status() : commit_pass(pass);
}

Result<bool> Keyspaces::more_keys_than(Family family, KeyRange range, std::uint32_t limit) const {
  KeyCursor cursor = Reader(store_).scan(family, range, {.fill_cache = false});
  std::uint32_t keys = 0;
  for (cursor.seek_first(); cursor.valid() && keys <= limit; cursor.next()) ++keys;
  CAIRN_RETURN_IF_ERROR(cursor.status());
  return keys > limit;
}

Status Keyspaces::remove_keys(Pass& pass, Family family, KeyRange range) const {
  KeyCursor cursor = Reader(store_).scan(family, range, {.fill_cache = false});
  for (cursor.seek_first(); cursor.valid(); cursor.next()) pass.unit.remove(family, cursor.key());
  return cursor.status();
}

Status Keyspaces::commit_pass(Pass& pass) {
  if (pass.unit.empty()) return {};
  if (options_.at_step) options_.at_step(kStepReapBegins);
  CAIRN_RETURN_IF_ERROR(commits_.commit(pass.unit).status());
  if (options_.at_step) options_.at_step(kStepReaped);
  pass.unit.clear();
  pass.removed.clear();
  return {};
}

Status Keyspaces::compact_after(const Pass& pass) {
  tombstones_ += pass.range_removals;
  removed_bytes_ += pass.bytes;
  const bool idle = pass.keyspaces == 0;
  if (removed_.empty()) return {};
  if (!idle && tombstones_ < options_.compact_tombstones &&
      removed_bytes_ < options_.compact_bytes) {
    return {};
  }
  for (const auto& [first, end] : removed_) CAIRN_RETURN_IF_ERROR(compact_run(first, end));
  removed_.clear();
  tombstones_ = 0;
  removed_bytes_ = 0;
  return {};
}

Status Keyspaces::compact_run(Keyspace first, Keyspace end) const {
  const KeyspaceKey lower(first);
  const KeyspaceKey upper(end);
  const rocksdb::Slice from = slice_of(lower);
  const rocksdb::Slice to = slice_of(upper);
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  for (const Family family : kKeyed) {
    rocksdb::ColumnFamilyHandle* handle = store_.family(family);
    // Files wholly inside go at once; the compaction then has only the edges to rewrite.
    rocksdb::Status status =
        rocksdb::DeleteFilesInRange(&store_.db(), handle, &from, &to, /*include_end=*/false);
    if (status.ok()) status = store_.db().CompactRange(options, handle, &from, &to);
    CAIRN_RETURN_IF_ERROR(to_status(status, "compact after dropping"));
  }
  return {};
}

}  // namespace cairn
