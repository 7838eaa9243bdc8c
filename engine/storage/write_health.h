// WriteHealth: whether the store takes writes, and if not, why.
//
// RocksDB refuses writes after an error it cannot undo (a full disk, a failed fsync, a corrupt file
// met by a compaction). The store then serves reads, says why it refuses writes, and tries to
// resume until it can. Thread-safety: everything, from any thread; RocksDB calls the listener with
// its own mutex held, so nothing here blocks.
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
  // Writes are taken again.
  void recovered();

  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) override;
  void OnErrorRecoveryEnd(const rocksdb::BackgroundErrorRecoveryInfo& info) override;

 private:
  std::atomic<bool> failed_{false};
  mutable std::mutex mutex_;
  Status cause_;
  Log log_;
};

}  // namespace cairn
