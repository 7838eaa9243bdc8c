// WriteHealth: whether the store takes writes, and if not, why.
//
// RocksDB refuses writes after an error it cannot undo (a full disk, a failed fsync, a corrupt file
// met by a compaction). The store then serves reads, says why it refuses writes, and tries to
// resume until it can. Thread-safety: everything, from any thread; RocksDB calls the listener with
// its own mutex held, so nothing there blocks.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>

#include <rocksdb/listener.h>

#include <cairn/status.h>

namespace cairn {

class WriteHealth : public rocksdb::EventListener {
 public:
  using Log = std::function<void(std::string_view)>;
  explicit WriteHealth(Log log) : log_(std::move(log)) {}

  bool healthy() const { return !failed_.load(std::memory_order_acquire); }
  // OK, or the error that every write gets.
  Status admit() const;
  // Writes are refused from here on.
  void fail(const Status& cause);
  // The same of a log that an append to it has failed. Waits while somebody keeps the log whole.
  void fail_log(const Status& cause);
  // While the result lives, no append to the log is seen to fail.
  std::unique_lock<std::mutex> keep_log_whole() { return std::unique_lock(log_mutex_); }
  // Writes are taken again.
  void recovered();

  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) override;
  // RocksDB's own recovery from a full disk looks at the free space alone, and where it is wrong
  // the error becomes one that it cannot undo: Storage tries, once it has written a probe.
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason reason, rocksdb::Status error,
                            bool* auto_recovery) override;
  void OnErrorRecoveryEnd(const rocksdb::BackgroundErrorRecoveryInfo& info) override;

 private:
  std::atomic<bool> failed_{false};
  std::atomic<bool> final_{false};  // RocksDB will not resume
  std::mutex log_mutex_;            // taken before mutex_
  mutable std::mutex mutex_;
  Status cause_;
  Log log_;
};

}  // namespace cairn
