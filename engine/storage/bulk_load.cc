#include "engine/storage/bulk_load.h"

#include <atomic>
#include <utility>

#include <rocksdb/sst_file_writer.h>

#include "engine/storage/rocks_status.h"
#include "engine/storage/rocks_store.h"
#include "engine/storage/slice.h"

namespace cairn {
namespace {

constexpr std::uint64_t kFileBytes = 64ULL << 20;

// Several loads may run in one process. What a process leaves behind that dies is removed with the
// spill files of its queries.
std::string unused_name() {
  static std::atomic<std::uint64_t> next{0};
  return "spill-load-" + std::to_string(next.fetch_add(1)) + ".sst";
}

}  // namespace

struct BulkLoad::Writer {
  explicit Writer(const RocksStore& store, Family family)
      : options(store.db().GetOptions(store.family(family))),
        file(rocksdb::EnvOptions(), options, store.family(family)) {}
  rocksdb::Options options;
  rocksdb::SstFileWriter file;
};

BulkLoad::BulkLoad(RocksStore& store, Family family, std::string folder)
    : store_(&store), family_(family), folder_(std::move(folder)) {}
BulkLoad::BulkLoad(BulkLoad&&) noexcept = default;
BulkLoad& BulkLoad::operator=(BulkLoad&&) noexcept = default;

BulkLoad::~BulkLoad() {
  if (files_.empty()) return;
  writer_.reset();
  rocksdb::Env* env = store_->db().GetEnv();
  for (const std::string& file : files_) env->DeleteFile(file).PermitUncheckedError();
}

Status BulkLoad::open_file() {
  store_->db().GetEnv()->CreateDirIfMissing(folder_).PermitUncheckedError();
  files_.push_back(folder_ + "/" + unused_name());
  writer_ = std::make_unique<Writer>(*store_, family_);
  return to_status(writer_->file.Open(files_.back()), "open a file of rows to load");
}

Status BulkLoad::close_file() {
  if (writer_ == nullptr) return Status();
  Status finished = to_status(writer_->file.Finish(), "write rows to load");
  writer_.reset();
  return finished;
}

Status BulkLoad::add(std::string_view key, std::string_view value) {
  if (writer_ == nullptr) CAIRN_RETURN_IF_ERROR(open_file());
  CAIRN_RETURN_IF_ERROR(
      to_status(writer_->file.Put(slice_of(key), slice_of(value)), "write rows to load"));
  ++rows_;
  return writer_->file.FileSize() < kFileBytes ? Status() : close_file();
}

Status BulkLoad::finish() {
  CAIRN_RETURN_IF_ERROR(close_file());
  if (files_.empty()) return Status();
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;
  options.failed_move_fall_back_to_copy = true;
  options.snapshot_consistency = false;  // nobody reads the keyspace yet
  options.write_global_seqno = false;
  CAIRN_RETURN_IF_ERROR(to_status(
      store_->db().IngestExternalFile(store_->family(family_), files_, options), "load rows"));
  files_.clear();
  return Status();
}

}  // namespace cairn
