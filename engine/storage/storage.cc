// Parts are declared in the order in which they are built and need each other; they end in the
// reverse order.
#include "engine/storage/storage.h"

#include <chrono>
#include <filesystem>
#include <mutex>
#include <system_error>
#include <utility>

#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include "engine/storage/data_directory.h"
#include "engine/storage/maintenance.h"
#include "engine/storage/manifest.h"
#include "engine/storage/oplog_trimmer.h"
#include "engine/storage/rocks_status.h"
#include "engine/storage/rocks_store.h"
#include "engine/storage/room.h"

namespace cairn {

namespace {

std::int64_t now_ms(const StorageOptions& options) {
  if (options.clock) return options.clock();
  using std::chrono::system_clock;
  const auto now = system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::unique_ptr<rocksdb::Env> make_env(const StorageOptions& options) {
  if (options.in_memory) {
    return std::unique_ptr<rocksdb::Env>(rocksdb::NewMemEnv(rocksdb::Env::Default()));
  }
  if (options.file_system != nullptr) return rocksdb::NewCompositeEnv(options.file_system);
  return nullptr;
}

struct RecoveredOps {
  OpNumber last = 0;      // of any commit
  OpNumber last_row = 0;  // of the newest oplog row
};

Result<RecoveredOps> recovered_ops(const RocksStore& store) {
  const Reader reader(store);
  RecoveredOps ops;
  KeyCursor rows = reader.scan(Family::kOplog, {}, {.direction = Direction::kBackward});
  rows.seek_first();
  CAIRN_RETURN_IF_ERROR(rows.status());
  if (rows.valid() && rows.key().size() == sizeof(OpNumber))
    ops.last_row = op_number_of(rows.key());
  PinnedValue unlogged;
  CAIRN_ASSIGN_OR_RETURN(const bool found,
                         reader.get(Family::kMeta, last_unlogged_op_key(), unlogged));
  ops.last = ops.last_row;
  if (found && unlogged.size() == sizeof(OpNumber)) {
    ops.last = std::max(ops.last, read_u64(unlogged.view()));
  }
  return ops;
}

constexpr const char* kWayOut =
    ". Restore a backup, or open with accept_data_loss to go on without them";

std::string op_text(OpNumber op) {
  return std::to_string(op >> 32) + "." + std::to_string(op & UINT32_MAX);
}

}  // namespace

struct Storage::Parts {
  Parts(const StorageOptions& given, std::string where)
      : options(given), path(std::move(where)), env(make_env(options)) {}

  rocksdb::Env* environment() const { return env ? env.get() : rocksdb::Env::Default(); }
  void tell(std::string_view message, DocumentView attributes = {}) const {
    if (options.log) options.log(message, attributes);
  }

  Status open();
  Status open_directory();
  void open_spill();
  RocksStore::Options store_options() const;
  Status probe() const;
  Status open_store();
  Status leave_sequence_zero();
  Status check_manifest() const;
  Status check_watermark(const RecoveredOps& ops) const;
  Status write_watermark(OpNumber op);
  Status note_manifest();
  Status start(const RecoveredOps& ops);
  void maintain();
  void try_to_resume() const;
  Status flush() const;
  std::uint64_t bytes_in_memtables() const;
  Status close();

  const StorageOptions options;
  const std::string path;
  std::unique_ptr<rocksdb::Env> env;  // null: the default one
  std::optional<DataDirectory> directory;
  std::unique_ptr<RocksStore> store;
  std::mutex watermark_mutex;  // guards `manifest` and, once the store is open, `directory`
  std::unique_ptr<ManifestWatch> manifest;
  std::unique_ptr<CommitLog> log;
  std::unique_ptr<CommitPipeline> commits;
  std::unique_ptr<OplogTrimmer> trimmer;
  std::unique_ptr<Keyspaces> keyspaces;
  CounterTable counters;
  IntentTable intents;
  CommitSignal committed;
  std::unique_ptr<Syncer> syncer;
  std::unique_ptr<Maintenance> maintenance;
  std::unique_ptr<SpillSpace> spill;
};

Status Storage::Parts::open() {
  CAIRN_RETURN_IF_ERROR(open_directory());
  CAIRN_RETURN_IF_ERROR(check_manifest());
  CAIRN_RETURN_IF_ERROR(open_store());
  CAIRN_ASSIGN_OR_RETURN(const RecoveredOps ops, recovered_ops(*store));
  CAIRN_RETURN_IF_ERROR(check_watermark(ops));
  return start(ops);
}

Status Storage::Parts::open_directory() {
  CAIRN_ASSIGN_OR_RETURN(DataDirectory opened,
                         DataDirectory::open({.path = path,
                                              .read_only = options.read_only,
                                              .create_if_missing = options.create_if_missing,
                                              .on_disk = !options.in_memory,
                                              .file_system = environment()->GetFileSystem().get(),
                                              .now_ms = now_ms(options)}));
  directory.emplace(std::move(opened));
  open_spill();
  return {};
}

void Storage::Parts::open_spill() {
  const bool own_folder = !options.in_memory && !options.read_only;
  std::error_code none;  // without a temporary folder, spilling will say so
  SpillSpace::Options spilling;
  spilling.path =
      own_folder ? directory->spill_path() : std::filesystem::temp_directory_path(none).string();
  spilling.min_free_bytes = options.min_free_bytes_to_spill;
  spill = std::make_unique<SpillSpace>(std::move(spilling));
  if (own_folder) spill->clean();
}

RocksStore::Options Storage::Parts::store_options() const {
  return {
      .path = directory->rocks_path(),
      .memory_bytes = options.memory_bytes,
      .read_only = options.read_only,
      .create = directory->fresh() && !options.read_only,
      .env = environment(),
      .in_memory = options.in_memory,
      .health = std::make_shared<WriteHealth>([this](std::string_view message) { tell(message); })};
}

// Opening a log that is damaged changes it, so a damaged one must be found before: read-only, in
// the mode that refuses damage anywhere but at the log's very end.
Status Storage::Parts::probe() const {
  RocksStore::Options reading = store_options();
  reading.read_only = true;
  CAIRN_ASSIGN_OR_RETURN(const auto probed, RocksStore::open(reading));
  CAIRN_ASSIGN_OR_RETURN(const RecoveredOps ops, recovered_ops(*probed));
  return check_watermark(ops);
}

Status Storage::Parts::open_store() {
  RocksStore::Options opening = store_options();
  if (!options.read_only && !directory->fresh()) {
    const Status sound = probe();
    if (!sound.ok() && !options.accept_data_loss) return sound;
    // The log has no damage now, but power loss may have taken the unsynced end of one of its files
    // and left the beginning of the next. Going on behind the hole would tear commits apart:
    // recovery ends at it.
    opening.to_a_point_in_time = true;
  }
  if (!options.read_only && !options.in_memory) {
    opening.on_new_files = [this] {
      // What fails here is tried again by maintenance.
      static_cast<void>(note_manifest());
    };
  }
  CAIRN_ASSIGN_OR_RETURN(store, RocksStore::open(opening));
  if (options.in_memory) store->set_in_memory();
  return options.read_only ? Status() : leave_sequence_zero();
}

// Rows that are loaded have the sequence number 0. While there is a snapshot of that number, which
// is that of a new store, RocksDB 7.8 takes them in a compaction for older versions of what the
// snapshot sees, and drops them (CompactionIterator: a snapshot of 0 is "none"). So no snapshot may
// ever be taken there.
Status Storage::Parts::leave_sequence_zero() {
  if (store->db().GetLatestSequenceNumber() > 0) return {};
  constexpr char kNothing[] = "";  // an empty key, which no row has
  return to_status(store->db().Delete(rocksdb::WriteOptions(), store->family(Family::kMeta),
                                      rocksdb::Slice(kNothing, 0)),
                   "begin a new store");
}

Status Storage::Parts::check_manifest() const {
  Status sound = cairn::check_manifest(*environment()->GetFileSystem(), directory->rocks_path(),
                                       directory->manifest());
  if (sound.ok()) return sound;
  if (!options.accept_data_loss) {
    return {sound.code(), std::string(sound.message()) + kWayOut};
  }
  tell(sound.message());
  return {};
}

Status Storage::Parts::write_watermark(OpNumber op) {
  std::lock_guard lock(watermark_mutex);
  if (manifest == nullptr) {
    manifest = std::make_unique<ManifestWatch>(*store, *environment()->GetFileSystem(),
                                               directory->rocks_path());
  }
  return directory->write_watermark(op, manifest->look(), now_ms(options));
}

Status Storage::Parts::note_manifest() {
  std::lock_guard lock(watermark_mutex);
  if (manifest == nullptr) return {};  // the store is being opened, or has nothing on disk
  const ManifestMark now = manifest->look();
  if (now.number == 0 || now == directory->manifest()) return {};
  return directory->write_watermark(directory->watermark(), now, now_ms(options));
}

Status Storage::Parts::check_watermark(const RecoveredOps& ops) const {
  if (ops.last < directory->watermark()) {
    const std::string message =
        "acknowledged writes are lost: the store in " + path + " ends at operation " +
        op_text(ops.last) + ", but operation " + op_text(directory->watermark()) +
        " had reached the disk; a file was damaged, truncated or replaced by an older one";
    if (!options.accept_data_loss) {
      return {ErrorCode::kInternalError, message + kWayOut};
    }
    tell(message);
  }
  if (directory->fresh() && ops.last != 0) tell("the WATERMARK file was missing in " + path);
  return {};
}

Status Storage::Parts::start(const RecoveredOps& ops) {
  CAIRN_RETURN_IF_ERROR(counters.load(Reader(*store)));
  log = make_local_log(*store);
  CommitPipeline::Options pipeline;
  pipeline.last_op = std::max(ops.last, directory->watermark());
  pipeline.last_row_op = ops.last_row;
  pipeline.clock = options.clock;
  pipeline.on_commit = [this](OpNumber op, std::uint64_t oplog_bytes) {
    syncer->committed(op);
    trimmer->appended(oplog_bytes);
    committed.raise();
  };
  pipeline.admit = [this]() -> Status {
    if (options.read_only) return {ErrorCode::kIllegalOperation, "the store is open read-only"};
    return store->health().admit();
  };
  pipeline.at_step = options.at_step;
  commits = std::make_unique<CommitPipeline>(*store, *log, std::move(pipeline));
  CAIRN_RETURN_IF_ERROR(commits->start());
  trimmer = std::make_unique<OplogTrimmer>(
      *store, *commits,
      OplogTrimmer::Limits{.bytes = options.oplog_bytes,
                           .min_hours = options.oplog_min_hours,
                           .clock = [this] { return now_ms(options); }});
  CAIRN_RETURN_IF_ERROR(trimmer->load());
  Keyspaces::Options reaping = options.keyspaces;
  reaping.at_step = options.at_step;
  keyspaces = std::make_unique<Keyspaces>(*store, *commits, reaping);
  CAIRN_RETURN_IF_ERROR(keyspaces->load());

  Syncer::Options syncing;
  syncing.interval_ms = options.sync_interval_ms;
  syncing.durable_op =
      ops.last;  // what recovery found, it has written to files or found in a synced log
  if (!options.in_memory && !options.read_only) {
    // What was recovered from the log of a killed process may not be on the disk yet.
    CAIRN_RETURN_IF_ERROR(log->sync());
    CAIRN_RETURN_IF_ERROR(write_watermark(ops.last));
    syncing.write_watermark = [this](OpNumber op) { return write_watermark(op); };
  }
  syncing.on_error = [this](const Status& error) { store->health().fail(error); };
  syncer = std::make_unique<Syncer>(*log, std::move(syncing));
  if (!options.read_only) {
    maintenance =
        std::make_unique<Maintenance>(options.maintenance_interval_ms, [this] { maintain(); });
  }
  return {};
}

// RocksDB resumes by writing its memtables to files. Where that fails for want of a log file, the
// error becomes one that only a restart undoes: so it is not tried before there is room.
void Storage::Parts::try_to_resume() const {
  constexpr std::uint64_t kLogsAndManifest = 1 << 20;
  if (!options.in_memory &&
      !has_room(*environment()->GetFileSystem(), path, bytes_in_memtables() + kLogsAndManifest)) {
    return;
  }
  if (!store->db().Resume().ok()) return;
  // A failed fsync may have lost what is in the log: write it to files before taking more.
  if (flush().ok()) store->health().recovered();
}

Status Storage::Parts::flush() const {
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  for (int i = 0; i < kFamilies; ++i) families.push_back(store->family(static_cast<Family>(i)));
  return to_status(store->db().Flush(rocksdb::FlushOptions(), families), "flush");
}

std::uint64_t Storage::Parts::bytes_in_memtables() const {
  std::uint64_t in_memory = 0;
  for (int i = 0; i < kFamilies; ++i) {
    std::uint64_t size = 0;
    store->db().GetIntProperty(store->family(static_cast<Family>(i)),
                               rocksdb::DB::Properties::kCurSizeAllMemTables, &size);
    in_memory += size;
  }
  return in_memory;
}

void Storage::Parts::maintain() {
  if (!store->health().healthy()) return try_to_resume();
  Status status = keyspaces->reap();
  if (status.ok()) status = trimmer->trim();
  if (status.ok()) status = note_manifest();
  if (!status.ok() && store->health().healthy()) {
    tell("maintenance failed and will be tried again: " + std::string(status.message()));
  }
}

Status Storage::Parts::close() {
  if (store == nullptr) return {};
  maintenance.reset();
  syncer.reset();
  Status status = store->health().admit();
  // A short log is read quickly at the next start; a long one is better written to files now.
  const bool writes = !options.read_only && !options.in_memory;
  if (status.ok() && writes && bytes_in_memtables() > 8 << 20) status = flush();
  keyspaces.reset();
  trimmer.reset();
  commits.reset();
  log.reset();
  Status closed = store->close();
  manifest.reset();
  store.reset();
  directory.reset();
  return status.ok() ? std::move(closed) : std::move(status);
}

Storage::Storage(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Result<std::unique_ptr<Storage>> Storage::open(const std::string& path,
                                               const StorageOptions& options) {
  auto parts = std::make_unique<Parts>(options, path);
  std::unique_ptr<Storage> storage(new Storage(std::move(parts)));
  CAIRN_RETURN_IF_ERROR(storage->parts_->open());
  return storage;
}

Storage::~Storage() { static_cast<void>(close()); }

Status Storage::close() { return parts_->close(); }

Reader Storage::latest() const { return Reader(*parts_->store); }
Snapshot Storage::snapshot() const { return Snapshot(*parts_->store); }
Reader Storage::at(const Snapshot& snapshot) const { return {*parts_->store, snapshot}; }

CommitPipeline& Storage::commits() { return *parts_->commits; }
Syncer& Storage::syncer() { return *parts_->syncer; }
CommitSignal& Storage::committed() { return parts_->committed; }
IntentTable& Storage::intents() { return parts_->intents; }
Keyspaces& Storage::keyspaces() { return *parts_->keyspaces; }
CounterTable& Storage::counters() { return parts_->counters; }
void Storage::reached(std::string_view step) const {
  if (parts_->options.at_step) parts_->options.at_step(step);
}

void Storage::tell(std::string_view message, DocumentView attributes) const {
  parts_->tell(message, attributes);
}
CommitLog& Storage::log() { return *parts_->log; }
SpillSpace& Storage::spill() { return *parts_->spill; }

BulkLoad Storage::bulk_load(Family family) {
  return {*parts_->store, family, parts_->path + "/spill"};
}

void Storage::hold_memory(std::uint64_t bytes) {
  const RocksTuning& tuning = parts_->store->tuning();
  const std::uint64_t cache = cache_bytes(tuning.memory_bytes);
  tuning.cache->SetCapacity(cache - std::min(bytes, cache / 4 * 3));
}

std::uint64_t Storage::memory_budget() const { return parts_->store->tuning().memory_bytes; }

Status Storage::flush() { return parts_->flush(); }

Status Storage::compact(Family family, KeyRange range) {
  const rocksdb::Slice lower(range.lower.data(), range.lower.size());
  const rocksdb::Slice upper(range.upper.data(), range.upper.size());
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  return to_status(parts_->store->db().CompactRange(options, parts_->store->family(family),
                                                    range.lower.empty() ? nullptr : &lower,
                                                    range.upper.empty() ? nullptr : &upper),
                   "compact");
}

Status Storage::verify_checksums() const {
  if (!parts_->options.in_memory) CAIRN_RETURN_IF_ERROR(parts_->directory->verify());
  rocksdb::ReadOptions read;
  read.fill_cache = false;
  rocksdb::DB& db = parts_->store->db();
  // Whole files first: blob files have no other check, and the message names the file.
  rocksdb::Status checked = db.VerifyFileChecksums(read);
  if (checked.ok()) checked = db.VerifyChecksum(read);
  return to_status(checked, "verify checksums");
}

OpNumber Storage::oplog_start() const { return parts_->trimmer->start(); }

Status Storage::maintain() {
  CAIRN_RETURN_IF_ERROR(parts_->keyspaces->reap());
  return parts_->trimmer->trim();
}

Status Storage::health() const { return parts_->store->health().admit(); }
const Uuid& Storage::uuid() const { return parts_->directory->uuid(); }
const std::string& Storage::path() const { return parts_->path; }

StorageStatistics Storage::statistics() const {
  const RocksStore& store = *parts_->store;
  const auto property = [&store](Family family, const std::string& name) {
    std::uint64_t value = 0;
    store.db().GetIntProperty(store.family(family), name, &value);
    return value;
  };
  using Properties = rocksdb::DB::Properties;
  StorageStatistics all;
  all.memory_budget_bytes = store.tuning().memory_bytes;
  all.cache_used_bytes = store.tuning().cache->GetUsage();
  all.cache_pinned_bytes = store.tuning().cache->GetPinnedUsage();
  for (int i = 0; i < kFamilies; ++i) {
    const auto family = static_cast<Family>(i);
    all.memtable_bytes += property(family, Properties::kSizeAllMemTables);
    all.table_reader_bytes += property(family, Properties::kEstimateTableReadersMem);
    all.pending_compaction_bytes += property(family, Properties::kEstimatePendingCompactionBytes);
    rocksdb::ColumnFamilyMetaData meta;
    store.db().GetColumnFamilyMetaData(store.family(family), &meta);
    all.file_bytes[i] = meta.size + meta.blob_file_size;
    all.files[i] = meta.file_count + meta.blob_file_count;
  }
  all.running_compactions = property(Family::kMeta, Properties::kNumRunningCompactions);
  all.running_flushes = property(Family::kMeta, Properties::kNumRunningFlushes);
  all.writes_stopped = property(Family::kMeta, Properties::kIsWriteStopped) != 0;
  all.delayed_write_rate = property(Family::kMeta, Properties::kActualDelayedWriteRate);
  all.snapshots = property(Family::kMeta, Properties::kNumSnapshots);
  all.oplog_start = oplog_start();
  all.oplog_limit_bytes = parts_->options.oplog_bytes;
  all.last_op = parts_->commits->last_op();
  all.durable_op = parts_->syncer->durable_op();
  all.dropped_keyspaces_pending = parts_->keyspaces->pending();
  all.slow_seeks = store.dead_keys().noted();
  all.dead_ranges = store.dead_keys().stretches();
  all.syncs = parts_->syncer->syncs();
  all.spill_bytes = parts_->spill->bytes();
  all.spill_bytes_written = parts_->spill->bytes_written();
  all.commits = parts_->commits->counts();
  all.read_only = parts_->options.read_only || !store.health().healthy();
  return all;
}

}  // namespace cairn
