#include "engine/api/status_report.h"

namespace cairn::api {
namespace {

std::int64_t number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

void append_families(DocumentBuilder& report, const StorageStatistics& statistics) {
  static constexpr const char* kNames[kFamilies] = {"meta", "doc", "idx", "oplog", "aux"};
  report.begin_document("families");
  for (int i = 0; i < kFamilies; ++i) {
    report.begin_document(kNames[i])
        .append("files", number(statistics.files[i]))
        .append("bytes", number(statistics.file_bytes[i]))
        .end();
  }
  report.end();
}

}  // namespace

Document status_report(const StorageStatistics& statistics, const keys::SweepCounts& keys,
                       const TtlCounts& ttl, std::size_t vector_bytes) {
  DocumentBuilder report;
  report.begin_document("memory")
      .append("budgetBytes", number(statistics.memory_budget_bytes))
      .append("cacheUsedBytes", number(statistics.cache_used_bytes))
      .append("cachePinnedBytes", number(statistics.cache_pinned_bytes))
      .append("memtableBytes", number(statistics.memtable_bytes))
      .append("tableReaderBytes", number(statistics.table_reader_bytes))
      .append("vectorIndexBytes", number(vector_bytes))
      .end();
  append_families(report, statistics);
  report.begin_document("oplog")
      .append("firstOp", Timestamp::from_value(statistics.oplog_start))
      .append("bytes", number(statistics.file_bytes[static_cast<int>(Family::kOplog)]))
      .append("limitBytes", number(statistics.oplog_limit_bytes))
      .append("lastOp", Timestamp::from_value(statistics.last_op))
      .append("durableOp", Timestamp::from_value(statistics.durable_op))
      .append("syncs", number(statistics.syncs))
      .end();
  report.begin_document("commits")
      .append("commits", number(statistics.commits.commits))
      .append("groups", number(statistics.commits.groups))
      .append("changes", number(statistics.commits.changes))
      .append("bytes", number(statistics.commits.bytes))
      .end();
  report.begin_document("background")
      .append("pendingCompactionBytes", number(statistics.pending_compaction_bytes))
      .append("runningCompactions", number(statistics.running_compactions))
      .append("runningFlushes", number(statistics.running_flushes))
      .append("droppedKeyspacesPending", number(statistics.dropped_keyspaces_pending))
      .append("slowSeeks", number(statistics.slow_seeks))
      .append("deadRanges", number(statistics.dead_ranges))
      .append("writesStopped", statistics.writes_stopped)
      .append("delayedWriteRate", number(statistics.delayed_write_rate))
      .end();
  report.begin_document("keys")
      .append("expired", number(keys.expired))
      .append("passes", number(keys.passes))
      .append("lagMillis", keys.lag_ms)
      .end();
  report.begin_document("ttl")
      .append("deletedDocuments", ttl.deleted)
      .append("invalidTTLIndexSkips", ttl.skipped)
      .append("passes", ttl.passes)
      .end();
  report.append("snapshots", number(statistics.snapshots));
  report.append("readOnly", statistics.read_only);
  return report.take();
}

}  // namespace cairn::api
