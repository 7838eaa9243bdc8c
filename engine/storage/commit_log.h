// CommitLog: the seam behind which the total order of commits is kept. Local today, replicated
// later.
//
// One per Storage. The committer is the only appender; it holds an epoch, and appends each group of
// commits as one batch at the position it expects. LocalLog is RocksDB's own write-ahead log:
// appending applies the batch to the store in the same step. A replicated log applies what it has
// committed, in order, before it completes an append. Durability is not append's matter: `sync` is.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <cairn/status.h>

namespace rocksdb {
class WriteBatch;
}  // namespace rocksdb

namespace cairn {

class RocksStore;

using Epoch = std::uint64_t;
// The place of a batch in the log: rises with each, not by one. LocalLog: RocksDB's sequence number
// of its last write.
using LogPosition = std::uint64_t;

// A group's writes: the bytes of a RocksDB write batch, which is what goes into the log.
class LogBatch {
 public:
  explicit LogBatch(rocksdb::WriteBatch& batch) : batch_(&batch) {}
  std::string_view bytes() const;
  rocksdb::WriteBatch& rocks() const { return *batch_; }

 private:
  rocksdb::WriteBatch* batch_;
};

// Reads committed batches, oldest first.
class LogTail {
 public:
  virtual ~LogTail() = default;
  // False at the present end; call again later.
  virtual Result<bool> next() = 0;
  // REQUIRES: the last next() gave true. Valid until the next one.
  virtual LogPosition position() const = 0;
  virtual std::string_view bytes() const = 0;
};

class CommitLog {
 public:
  // The position after the batch, or why it is not in the log.
  using Completion = std::function<void(Result<LogPosition>)>;

  virtual ~CommitLog() = default;

  // The right to append; every earlier epoch is fenced from here on.
  virtual Result<Epoch> acquire() = 0;
  // Appends and applies `batch` if `epoch` is the newest and `expected` the log's end; calls
  // `completion` once, from this call or from another thread. Errors: PrimarySteppedDown (fenced),
  // OperationFailed (wrong position), OutOfDiskSpace, …
  virtual void append(Epoch epoch, LogPosition expected, LogBatch batch,
                      const Completion& completion) = 0;
  // Everything appended before this call is on stable storage when it returns.
  virtual Status sync() = 0;
  // The end of the log, confirmed: whatever was acknowledged before the call lies at or before it.
  virtual Result<LogPosition> barrier() = 0;
  // Batches after `from`. Error: SnapshotTooOld where they are gone.
  virtual Result<std::unique_ptr<LogTail>> tail(LogPosition from) = 0;
  // Nobody will ask for batches up to `position` any more.
  virtual Status trim(LogPosition position) = 0;
};

// `store` outlives the log.
std::unique_ptr<CommitLog> make_local_log(RocksStore& store);

}  // namespace cairn
