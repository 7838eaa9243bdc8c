#include "engine/storage/log_guard.h"

#include <string>
#include <string_view>
#include <utility>

#include "engine/storage/rocks_status.h"

namespace cairn {

namespace {

class GuardedLog : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  GuardedLog(std::unique_ptr<rocksdb::FSWritableFile> file, std::shared_ptr<WriteHealth> health)
      : FSWritableFileOwnerWrapper(std::move(file)), health_(std::move(health)) {}

  using FSWritableFileOwnerWrapper::Append;
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
    return told(FSWritableFileOwnerWrapper::Append(data, options, debug));
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo& verification,
                           rocksdb::IODebugContext* debug) override {
    return told(FSWritableFileOwnerWrapper::Append(data, options, verification, debug));
  }
  rocksdb::IOStatus Flush(const rocksdb::IOOptions& options,
                          rocksdb::IODebugContext* debug) override {
    return told(FSWritableFileOwnerWrapper::Flush(options, debug));
  }

 private:
  rocksdb::IOStatus told(rocksdb::IOStatus status) {
    if (!status.ok()) health_->fail_log(to_status(status, "write"));
    return status;
  }

  const std::shared_ptr<WriteHealth> health_;
};

class LogGuard : public rocksdb::FileSystemWrapper {
 public:
  LogGuard(std::shared_ptr<rocksdb::FileSystem> files, std::shared_ptr<WriteHealth> health)
      : FileSystemWrapper(std::move(files)), health_(std::move(health)) {}
  const char* Name() const override { return "LogGuard"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    rocksdb::IOStatus opened = FileSystemWrapper::NewWritableFile(name, options, file, debug);
    if (opened.ok() && std::string_view(name).ends_with(".log")) {
      *file = std::make_unique<GuardedLog>(std::move(*file), health_);
    }
    return opened;
  }

 private:
  const std::shared_ptr<WriteHealth> health_;
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> guard_logs(std::shared_ptr<rocksdb::FileSystem> files,
                                                std::shared_ptr<WriteHealth> health) {
  return std::make_shared<LogGuard>(std::move(files), std::move(health));
}

}  // namespace cairn
