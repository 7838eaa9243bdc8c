// Closing must end in this order: handles, then the database; RocksDB asserts that nothing else is
// alive.
#include "engine/storage/rocks_store.h"

#include <vector>

#include "engine/storage/log_guard.h"
#include "engine/storage/rocks_crc32c.h"
#include "engine/storage/rocks_log.h"
#include "engine/storage/rocks_status.h"

namespace cairn {

namespace {

class FileListener : public rocksdb::EventListener {
 public:
  explicit FileListener(std::function<void()> on_new_files) : tell_(std::move(on_new_files)) {}
  void OnFlushCompleted(rocksdb::DB* /*db*/, const rocksdb::FlushJobInfo& /*info*/) override {
    tell_();
  }
  void OnCompactionCompleted(rocksdb::DB* /*db*/,
                             const rocksdb::CompactionJobInfo& /*info*/) override {
    tell_();
  }

 private:
  const std::function<void()> tell_;
};

std::vector<rocksdb::ColumnFamilyDescriptor> descriptors(const RocksTuning& tuning) {
  std::vector<rocksdb::ColumnFamilyDescriptor> all;
  for (int i = 0; i < kFamilies; ++i) {
    const auto family = static_cast<Family>(i);
    all.emplace_back(family_name(family), family_options(family, tuning));
  }
  return all;
}

}  // namespace

Result<std::unique_ptr<RocksStore>> RocksStore::open(const Options& options) {
  static_cast<void>(has_fast_crc32c());  // links it in
  std::unique_ptr<RocksStore> store(new RocksStore());
  store->tuning_ = make_tuning(options.memory_bytes);
  store->hints_ = std::make_unique<RecordHints>(store->tuning_.hint_bytes);
  store->health_ = options.health;
  rocksdb::DBOptions db_options = database_options(store->tuning_);
  if (!options.in_memory && !options.read_only) {
    store->guarded_env_ =
        rocksdb::NewCompositeEnv(guard_logs(options.env->GetFileSystem(), options.health));
  }
  db_options.env = store->guarded_env_ ? store->guarded_env_.get() : options.env;
  db_options.info_log = rocks_log(options.read_only || options.in_memory ? "" : options.path);
  db_options.create_if_missing = options.create;
  db_options.create_missing_column_families = options.create;
  db_options.listeners.push_back(options.health);
  if (options.on_new_files) {
    db_options.listeners.push_back(std::make_shared<FileListener>(options.on_new_files));
  }
  if (options.to_a_point_in_time) {
    db_options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  }

  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const auto families = descriptors(store->tuning_);
  const rocksdb::Status opened =
      options.read_only
          ? rocksdb::DB::OpenForReadOnly(db_options, options.path, families, &handles, &db)
          : rocksdb::DB::Open(db_options, options.path, families, &handles, &db);
  if (!opened.ok()) return to_status(opened, "open the store in " + options.path);
  store->db_.reset(db);
  std::copy(handles.begin(), handles.end(), store->families_.begin());
  return store;
}

RocksStore::~RocksStore() { static_cast<void>(close()); }

Status RocksStore::close() {
  if (db_ == nullptr) return {};
  for (auto*& handle : families_) {
    db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
    handle = nullptr;
  }
  const rocksdb::Status closed = db_->Close();
  db_.reset();
  return to_status(closed, "close the store");
}

}  // namespace cairn
