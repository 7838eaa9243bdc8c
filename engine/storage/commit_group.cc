// WriteBatch's own status is OK throughout: it has no size limit and its keys have no timestamps.
#include "engine/storage/commit_group.h"

#include <algorithm>

#include "engine/storage/keys.h"
#include "engine/storage/slice.h"

namespace cairn {

namespace {

// A batch that once grew past this gives its memory back.
constexpr std::size_t kKeptBatchBytes = 8 << 20;

}  // namespace

void CommitGroup::begin(std::int64_t wall_ms) {
  if (batch_.GetDataSize() > kKeptBatchBytes) {
    batch_ = rocksdb::WriteBatch();
  } else {
    batch_.Clear();
  }
  touched_.clear();
  wall_ms_ = wall_ms;
  pending_row_op_ = row_op_;
  oplog_bytes_ = 0;
  changes_ = 0;
}

void CommitGroup::add(const WriteUnit& unit, OpNumber first_op) {
  for (const WriteUnit::Write& write : unit.writes()) add_write(write, first_op);
  for (const WriteUnit::Count& count : unit.counts()) add_count(count);
  last_op_ = first_op;
  const auto changes = unit.changes();
  for (std::size_t i = 0; i < changes.size(); ++i) {
    last_op_ = first_op + i;
    add_row(changes[i], last_op_,
            {.number = static_cast<std::uint32_t>(i),
             .of = static_cast<std::uint32_t>(changes.size())});
  }
  if (!changes.empty()) return;
  const OpKey value(first_op);
  batch_.Put(store_.family(Family::kMeta), last_unlogged_op_key(), slice_of(value))
      .PermitUncheckedError();
}

void CommitGroup::add_write(const WriteUnit::Write& write, OpNumber op) {
  rocksdb::ColumnFamilyHandle* family = store_.family(write.family);
  rocksdb::Status added;
  switch (write.kind) {
    case WriteUnit::Write::Kind::kPut:
      store_.dead_keys().put(write.family, write.key);
      added = batch_.Put(family, slice_of(write.key), slice_of(write.value));
      break;
    case WriteUnit::Write::Kind::kRemove:
      added = batch_.Delete(family, slice_of(write.key));
      break;
    case WriteUnit::Write::Kind::kRemoveRange:
      added = batch_.DeleteRange(family, slice_of(write.key), slice_of(write.value));
      break;
    case WriteUnit::Write::Kind::kPutNumbered: {
      const OpKey number(op);
      if (store_.dead_keys().watches(write.family)) {
        std::string whole(write.key);
        whole.append(number.view()).append(write.value);
        store_.dead_keys().put(write.family, whole);
      }
      const rocksdb::Slice key[3] = {slice_of(write.key), slice_of(number), slice_of(write.value)};
      added = batch_.Put(family, {key, 3}, rocksdb::SliceParts());
      break;
    }
  }
  added.PermitUncheckedError();
}

void CommitGroup::add_row(const Change& change, OpNumber op, TransactionPlace place) {
  header_.clear();
  append_change_header(header_, change,
                       {.previous_op = pending_row_op_,
                        .wall_ms = wall_ms_,
                        .last_of_commit = place.number + 1 == place.of,
                        .in_transaction = place});
  const OpKey key(op);
  const rocksdb::Slice key_part = slice_of(key);
  const rocksdb::Slice value_parts[2] = {header_, slice_of(change.document)};
  batch_.Put(store_.family(Family::kOplog), {&key_part, 1}, {value_parts, 2})
      .PermitUncheckedError();
  pending_row_op_ = op;
  oplog_bytes_ += header_.size() + change.document.size() + sizeof op;
  ++changes_;
}

void CommitGroup::add_count(const WriteUnit::Count& count) {
  CollectionCounters& counters = *count.counters;
  Totals& totals = counters.committing_;
  totals.documents += count.delta.documents;
  totals.bytes += count.delta.bytes;
  totals.highest_record_id = std::max(totals.highest_record_id, count.delta.highest_record_id);
  if (counters.touched_) return;
  counters.touched_ = true;
  touched_.push_back(&counters);
}

void CommitGroup::finish() {
  for (const CollectionCounters* counters : touched_) {
    batch_
        .Put(store_.family(Family::kMeta), counters_key(counters->keyspace()),
             encode_totals(counters->committing_))
        .PermitUncheckedError();
  }
}

void CommitGroup::applied() {
  row_op_ = pending_row_op_;
  for (CollectionCounters* counters : touched_) {
    counters->touched_ = false;
    counters->committed_ = counters->committing_;
    counters->documents_.store(counters->committed_.documents, std::memory_order_relaxed);
    counters->bytes_.store(counters->committed_.bytes, std::memory_order_relaxed);
  }
}

void CommitGroup::abandoned() {
  for (CollectionCounters* counters : touched_) {
    counters->touched_ = false;
    counters->committing_ = counters->committed_;
  }
}

}  // namespace cairn
