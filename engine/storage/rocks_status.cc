// Corruption and missing space keep RocksDB's text: it names the file.
#include "engine/storage/rocks_status.h"

#include <rocksdb/status.h>

#include <string>

namespace cairn {

namespace {

bool mentions(const std::string& text, std::string_view words) {
  return text.find(words) != std::string::npos;
}

ErrorCode code_of(const rocksdb::Status& status, const std::string& text) {
  if (status.IsNoSpace() || mentions(text, "No space left on device")) {
    return ErrorCode::kOutOfDiskSpace;
  }
  if (status.IsShutdownInProgress()) return ErrorCode::kShutdownInProgress;
  if (status.IsIOError() &&
      (mentions(text, "Permission denied") || mentions(text, "Read-only file system"))) {
    return ErrorCode::kUnauthorized;
  }
  if (status.IsPathNotFound()) return ErrorCode::kNonExistentPath;
  return ErrorCode::kInternalError;
}

}  // namespace

Status to_status(const rocksdb::Status& status, std::string_view doing) {
  if (status.ok()) return {};
  std::string text = status.ToString();
  std::string message = status.IsCorruption() ? "the store is corrupt; could not " : "could not ";
  message.append(doing).append(": ").append(text);
  return {code_of(status, text), std::move(message)};
}

}  // namespace cairn
