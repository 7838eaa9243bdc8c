// Oplog keys only rise, so files hold disjoint intervals and the oldest are found by their largest
// keys.
#include "engine/storage/oplog_trimmer.h"

#include <algorithm>
#include <string>
#include <vector>

#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/metadata.h>

#include "engine/storage/commit_pipeline.h"
#include "engine/storage/keys.h"
#include "engine/storage/reader.h"
#include "engine/storage/rocks_status.h"
#include "engine/storage/rocks_store.h"

namespace cairn {

namespace {

struct OplogFile {
  OpNumber last;
  std::uint64_t bytes;
};

struct OplogFiles {
  std::vector<OplogFile>
      sorted;  // oldest first; level 0 is left out: its files cannot be deleted by range
  std::uint64_t total = 0;
};

OplogFiles oplog_files(const RocksStore& store) {
  rocksdb::ColumnFamilyMetaData family;
  store.db().GetColumnFamilyMetaData(store.family(Family::kOplog), &family);
  OplogFiles files;
  for (const auto& level : family.levels) {
    for (const auto& file : level.files) {
      files.total += file.size;
      if (level.level == 0 || file.largestkey.size() != sizeof(OpNumber)) continue;
      files.sorted.push_back({op_number_of(file.largestkey), file.size});
    }
  }
  std::sort(files.sorted.begin(), files.sorted.end(),
            [](const OplogFile& a, const OplogFile& b) { return a.last < b.last; });
  return files;
}

}  // namespace

Status OplogTrimmer::load() {
  PinnedValue row;
  CAIRN_ASSIGN_OR_RETURN(const bool found,
                         Reader(store_).get(Family::kMeta, oplog_start_key(), row));
  if (!found) return {};
  if (row.size() != sizeof(OpNumber)) {
    return {ErrorCode::kInternalError, "the store is corrupt: the oplog's start"};
  }
  start_.store(read_u64(row.view()));
  return {};
}

Result<OpNumber> OplogTrimmer::cut() const {
  // The newest row stays whatever the limit: the next row names it as its predecessor.
  KeyCursor newest = Reader(store_).scan(Family::kOplog, {}, {.direction = Direction::kBackward});
  newest.seek_first();
  CAIRN_RETURN_IF_ERROR(newest.status());
  if (!newest.valid()) return OpNumber{0};
  const OpNumber newest_op = op_number_of(newest.key());
  OplogFiles files = oplog_files(store_);
  OpNumber cut = 0;
  for (const OplogFile& file : files.sorted) {
    if (files.total <= limits_.bytes || file.last >= std::min(newest_op, first_kept())) break;
    cut = file.last;
    files.total -= file.bytes;
  }
  return cut;
}

OpNumber OplogTrimmer::first_kept() const {
  constexpr double kSecondsPerHour = 3600;
  if (limits_.min_hours <= 0) return ~OpNumber{0};
  const double now = static_cast<double>(limits_.clock()) / 1000;
  const double oldest = std::max(0.0, now - limits_.min_hours * kSecondsPerHour);
  return static_cast<OpNumber>(oldest) << 32;
}

Status OplogTrimmer::trim() {
  const std::uint64_t step = std::max<std::uint64_t>(limits_.bytes / 16, 1 << 20);
  if (since_.load(std::memory_order_relaxed) < step) return {};
  since_.store(0, std::memory_order_relaxed);
  CAIRN_ASSIGN_OR_RETURN(const OpNumber last, cut());
  if (last == 0) return {};
  const OpKey start(last + 1);
  WriteUnit unit;
  unit.put(Family::kMeta, oplog_start_key(), start.view());
  CAIRN_RETURN_IF_ERROR(commits_.commit(unit).status());
  start_.store(last + 1);
  return delete_files();
}

Status OplogTrimmer::delete_files() const {
  const OpKey lower(0);
  const OpKey upper(start_.load());
  const rocksdb::Slice from(lower.view().data(), lower.view().size());
  const rocksdb::Slice to(upper.view().data(), upper.view().size());
  return to_status(rocksdb::DeleteFilesInRange(&store_.db(), store_.family(Family::kOplog), &from,
                                               &to, /*include_end=*/false),
                   "trim the oplog");
}

}  // namespace cairn
