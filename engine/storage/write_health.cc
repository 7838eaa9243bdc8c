// Soft errors (RocksDB retries by itself and goes on taking writes) are only told to the operator.
#include "engine/storage/write_health.h"

#include "engine/storage/rocks_status.h"

namespace cairn {

Status WriteHealth::admit() const {
  if (healthy()) return {};
  std::lock_guard lock(mutex_);
  if (cause_.ok()) return {};
  const char* until = final_.load(std::memory_order_acquire)
                          ? "the store is read-only until this is mended and it is opened again: "
                          : "the store is read-only until this is resolved: ";
  return {cause_.code(), until + std::string(cause_.message())};
}

void WriteHealth::fail(const Status& cause) {
  std::string message = "the store refuses writes: " + std::string(cause.message());
  {
    std::lock_guard lock(mutex_);
    if (!cause_.ok()) return;  // the first cause is the one to name
    cause_ = cause;
  }
  failed_.store(true, std::memory_order_release);
  if (log_) log_(message);
}

void WriteHealth::fail_log(const Status& cause) {
  std::lock_guard lock(log_mutex_);
  fail(cause);
}

void WriteHealth::recovered() {
  {
    std::lock_guard lock(mutex_);
    if (cause_.ok()) return;
    cause_ = Status();
  }
  failed_.store(false, std::memory_order_release);
  if (log_) log_("the store takes writes again");
}

void WriteHealth::OnBackgroundError(rocksdb::BackgroundErrorReason /*reason*/,
                                    rocksdb::Status* error) {
  Status status = to_status(*error, "write");
  if (error->severity() >= rocksdb::Status::Severity::kFatalError) {
    final_.store(true, std::memory_order_release);
    fail(status);
  } else if (error->severity() == rocksdb::Status::Severity::kHardError) {
    fail(status);
  } else if (log_) {
    log_("a background write failed and is retried: " + std::string(status.message()));
  }
}

void WriteHealth::OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/,
                                       rocksdb::Status error, bool* auto_recovery) {
  if (error.IsNoSpace()) *auto_recovery = false;
}

void WriteHealth::OnErrorRecoveryEnd(const rocksdb::BackgroundErrorRecoveryInfo& info) {
  info.old_bg_error.PermitUncheckedError();
  if (info.new_bg_error.ok()) recovered();
}

}  // namespace cairn
