// Figures behind these choices: RocksDB 7.8.3 as Debian builds it, 2 cores, 1 KB documents.
#include "engine/storage/rocks_options.h"

#include <sys/resource.h>

#include <algorithm>

#include <rocksdb/db.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/table_properties_collectors.h>
#include <rocksdb/write_buffer_manager.h>

#include "engine/storage/keys.h"

namespace cairn {

namespace {

constexpr std::uint64_t kMiB = 1ULL << 20;

// Memtables' share of the budget.
std::uint64_t write_buffer_bytes(const RocksTuning& tuning) { return tuning.memory_bytes / 4; }

// A hint takes 8 bytes, and a find by `_id` with one 0.6 of the time of a find without.
std::uint64_t hint_bytes(std::uint64_t memory_bytes) { return memory_bytes / 64; }

// Half of what the process may have open, so that sockets and logs find room; each open file costs
// little.
int open_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 512;
  return static_cast<int>(std::clamp<rlim_t>(limit.rlim_cur / 2, 128, 8192));
}

// The keys of a keyspace are mostly written in their order: where the last one went, the next is
// put without a search from the top of the memtable. A keyspace alone is where a removed range
// begins; it must have no hint, because RocksDB 7.8 would use that of the keys for its table of
// ranges, which breaks both.
class KeyspaceOfRow final : public rocksdb::SliceTransform {
 public:
  const char* Name() const override { return "cairn.keyspace"; }
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override {
    return {key.data(), sizeof(Keyspace)};
  }
  bool InDomain(const rocksdb::Slice& key) const override { return key.size() > sizeof(Keyspace); }
};

rocksdb::BlockBasedTableOptions table_options(Family family, const RocksTuning& tuning) {
  rocksdb::BlockBasedTableOptions table;
  table.format_version = 5;
  table.block_cache = tuning.cache;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  // Index and filter blocks are charged to the cache and may be evicted: memory stays bounded
  // however much is stored.
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.pin_top_level_index_and_filter = true;
  table.block_size = family == Family::kIdx || family == Family::kMeta ? 8 << 10 : 16 << 10;
  // Few documents fit a block: with RocksDB's 16 keys between restarts a Get walked through half of
  // them, a cache miss each; that was a tenth of a find.
  if (family == Family::kDoc) table.block_restart_interval = 4;
  if (family == Family::kIdx) {
    // Millions of small keys per file: whole filters would be megabytes each.
    table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
    table.partition_filters = true;
  }
  if (family == Family::kOplog) table.filter_policy.reset();  // read by scans only
  return table;
}

void set_blobs(rocksdb::ColumnFamilyOptions& options) {
  // Large documents leave the tree: compactions move their addresses only.
  options.enable_blob_files = true;
  options.min_blob_size = 64 << 10;
  options.blob_file_size = 64 * kMiB;
  options.blob_compression_type = rocksdb::kLZ4Compression;
  options.enable_blob_garbage_collection = true;
}

std::uint64_t memtable_bytes(Family family, std::uint64_t share) {
  switch (family) {
    case Family::kDoc:
    case Family::kOplog:
      return share / 4;
    case Family::kIdx:
    case Family::kAux:
      return share / 8;
    case Family::kMeta:
      return share / 16;
  }
  return share;
}

}  // namespace

// A quarter is left for what no cache counts: allocator slack, compaction buffers, connections.
// With an eighth, a server that was filled and read (bench/memory) took 1.21 times its budget.
std::uint64_t cache_bytes(std::uint64_t memory_bytes) {
  return memory_bytes - memory_bytes / 4 - hint_bytes(memory_bytes);
}

RocksTuning make_tuning(std::uint64_t memory_bytes) {
  RocksTuning tuning;
  tuning.memory_bytes = std::max<std::uint64_t>(memory_bytes, 16 * kMiB);
  rocksdb::LRUCacheOptions cache;
  tuning.hint_bytes = hint_bytes(tuning.memory_bytes);
  cache.capacity = cache_bytes(tuning.memory_bytes);
  cache.strict_capacity_limit =
      false;  // a read that finds the cache full of pinned blocks must not fail
  cache.high_pri_pool_ratio = 0.2;
  tuning.cache = rocksdb::NewLRUCache(cache);
  return tuning;
}

rocksdb::DBOptions database_options(const RocksTuning& tuning) {
  rocksdb::DBOptions options;
  const std::uint64_t write_buffers = write_buffer_bytes(tuning);
  // allow_stall = false: its stalls have hung writers for ever (facebook/rocksdb #11780).
  options.write_buffer_manager = std::make_shared<rocksdb::WriteBufferManager>(
      write_buffers, tuning.cache, /*allow_stall=*/false);
  options.max_total_wal_size = std::max(64 * kMiB, 2 * write_buffers);
  // The default mode drops everything after a damaged record in silence; this one refuses to open.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.max_background_jobs = 2;
  options.max_open_files = open_files();
  options.bytes_per_sync =
      kMiB;  // files reach the disk while they are written, not all at their end
  options.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  options.max_manifest_file_size = 16 * kMiB;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.skip_stats_update_on_db_open = true;
  return options;
}

rocksdb::ColumnFamilyOptions family_options(Family family, const RocksTuning& tuning) {
  rocksdb::ColumnFamilyOptions options;
  if (family == Family::kMeta || family == Family::kOplog) {
    // Every commit writes its collection's totals anew, right before where they were last; the
    // oplog only grows. No range of either is removed.
    options.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(1));
  } else {
    options.memtable_insert_with_hint_prefix_extractor = std::make_shared<KeyspaceOfRow>();
  }
  options.write_buffer_size = std::max(kMiB, memtable_bytes(family, write_buffer_bytes(tuning)));
  options.max_write_buffer_number = 3;
  options.target_file_size_base = std::clamp(2 * options.write_buffer_size, 4 * kMiB, 64 * kMiB);
  options.max_bytes_for_level_base = 4 * options.target_file_size_base;
  options.level_compaction_dynamic_level_bytes = true;
  // Vectors do not compress.
  options.compression = family == Family::kAux ? rocksdb::kNoCompression : rocksdb::kLZ4Compression;
  if (family == Family::kDoc) {
    options.bottommost_compression = rocksdb::kZSTD;
    options.bottommost_compression_opts.enabled = true;
    options.bottommost_compression_opts.level = 1;
  }
  if (family == Family::kDoc || family == Family::kAux) set_blobs(options);
  if (family == Family::kDoc) {
    // A Get of what is in files need not search the memtable, which costs as much as the rest.
    options.memtable_prefix_bloom_size_ratio = 0.005;
    options.memtable_whole_key_filtering = true;
  }
  if (family == Family::kIdx) {
    // Most inserts ask for an `_id` that is not there: the memtable's own filter answers at once.
    options.memtable_prefix_bloom_size_ratio = 0.05;
    options.memtable_whole_key_filtering = true;
  }
  // A seek over a million tombstones takes 361 ms; with the collector, which has such files
  // compacted, 0.004 ms.
  options.table_properties_collector_factories.push_back(
      rocksdb::NewCompactOnDeletionCollectorFactory(1024, 512));
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table_options(family, tuning)));
  return options;
}

std::string family_name(Family family) {
  switch (family) {
    case Family::kMeta:
      // RocksDB insists on one family of this name: it is ours for meta.
      return rocksdb::kDefaultColumnFamilyName;
    case Family::kDoc:
      return "doc";
    case Family::kIdx:
      return "idx";
    case Family::kOplog:
      return "oplog";
    case Family::kAux:
      return "aux";
  }
  return {};
}

}  // namespace cairn
