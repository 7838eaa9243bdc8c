// LocalLog: RocksDB's write-ahead log is the log, and writing a batch to RocksDB both appends and
// applies it.
//
// Epochs live in memory: the directory's lock is the election.
#include <atomic>

#include <rocksdb/db.h>
#include <rocksdb/transaction_log.h>
#include <rocksdb/write_batch.h>

#include "engine/storage/commit_log.h"
#include "engine/storage/rocks_status.h"
#include "engine/storage/rocks_store.h"

namespace cairn {

namespace {

class LocalTail : public LogTail {
 public:
  LocalTail(RocksStore& store, LogPosition from) : store_(store), position_(from) {}

  Result<bool> next() override {
    if (position_ >= store_.db().GetLatestSequenceNumber()) return false;
    // An iterator that has met the log's end does not wake up again: ask for a new one from where
    // it stopped.
    if (iterator_ == nullptr || !iterator_->Valid()) {
      CAIRN_RETURN_IF_ERROR(open());
    } else {
      iterator_->Next();
    }
    if (!iterator_->Valid()) {
      if (iterator_->status().ok()) return false;
      return to_status(iterator_->status(), "read the log");
    }
    rocksdb::BatchResult read = iterator_->GetBatch();
    if (read.sequence > position_ + 1) return gone();
    position_ = read.sequence + read.writeBatchPtr->Count() - 1;
    batch_ = std::move(read.writeBatchPtr);
    return true;
  }

  LogPosition position() const override { return position_; }
  std::string_view bytes() const override { return batch_->Data(); }

 private:
  Status gone() const {
    return {ErrorCode::kSnapshotTooOld,
            "the log no longer has position " + std::to_string(position_ + 1)};
  }

  Status open() {
    const rocksdb::Status opened = store_.db().GetUpdatesSince(position_ + 1, &iterator_);
    if (opened.IsNotFound()) return gone();
    return to_status(opened, "read the log");
  }

  RocksStore& store_;
  LogPosition position_;
  std::unique_ptr<rocksdb::TransactionLogIterator> iterator_;
  std::unique_ptr<rocksdb::WriteBatch> batch_;
};

class LocalLog : public CommitLog {
 public:
  explicit LocalLog(RocksStore& store)
      : store_(store), end_(store.db().GetLatestSequenceNumber()) {}

  Result<Epoch> acquire() override { return epoch_.fetch_add(1) + 1; }

  void append(Epoch epoch, LogPosition expected, LogBatch batch,
              const Completion& completion) override {
    if (epoch != epoch_.load()) {
      return completion(
          Status(ErrorCode::kPrimarySteppedDown, "fenced: a newer writer has taken the log over"));
    }
    if (expected != end_) {
      return completion(Status(
          ErrorCode::kOperationFailed,
          "the log's end is not where it was expected, but at " + std::to_string(end_.load())));
    }
    const rocksdb::Status written = store_.db().Write(write_, &batch.rocks());
    if (!written.ok()) {
      const Status status = to_status(written, "write");
      store_.health().fail(status);
      return completion(status);
    }
    end_ = store_.db().GetLatestSequenceNumber();
    completion(end_.load());
  }

  Status sync() override {
    if (store_.in_memory()) return {};
    // A log to which an append has failed is not synced (see log_guard.h); resuming writes what it
    // holds to other files.
    const auto whole_log = store_.health().keep_log_whole();
    CAIRN_RETURN_IF_ERROR(store_.health().admit());
    return to_status(store_.db().SyncWAL(), "sync the log");
  }

  Result<LogPosition> barrier() override { return end_.load(); }

  Result<std::unique_ptr<LogTail>> tail(LogPosition from) override {
    if (from < trimmed_.load()) {
      return Status(ErrorCode::kSnapshotTooOld,
                    "the log is trimmed up to " + std::to_string(trimmed_.load()));
    }
    return std::unique_ptr<LogTail>(std::make_unique<LocalTail>(store_, from));
  }

  // RocksDB removes its log files by itself once their contents are in tables; here the promise is
  // only kept in mind.
  Status trim(LogPosition position) override {
    LogPosition before = trimmed_.load();
    while (before < position && !trimmed_.compare_exchange_weak(before, position)) {
    }
    return {};
  }

 private:
  RocksStore& store_;
  // protection_bytes_per_key stays off: it guards the few microseconds between batch and memtable
  // against bad memory, and takes 15 % of an insert.
  const rocksdb::WriteOptions write_;
  std::atomic<Epoch> epoch_{0};
  std::atomic<LogPosition> end_;
  std::atomic<LogPosition> trimmed_{0};
};

}  // namespace

std::string_view LogBatch::bytes() const { return batch_->Data(); }

std::unique_ptr<CommitLog> make_local_log(RocksStore& store) {
  return std::make_unique<LocalLog>(store);
}

}  // namespace cairn
