#include "engine/storage/room.h"

#include <algorithm>
#include <memory>

#include <rocksdb/file_system.h>

namespace cairn {

namespace {

constexpr std::uint64_t kStep = 256 << 10;

rocksdb::IOStatus fill(rocksdb::FileSystem& files, const std::string& path, std::uint64_t bytes) {
  const rocksdb::IOOptions io;
  std::unique_ptr<rocksdb::FSWritableFile> file;
  rocksdb::IOStatus status = files.NewWritableFile(path, rocksdb::FileOptions(), &file, nullptr);
  const std::string step(std::min(bytes, kStep), '\xa5');
  for (std::uint64_t left = bytes; status.ok() && left != 0;) {
    const std::uint64_t now = std::min<std::uint64_t>(left, step.size());
    status = file->Append(rocksdb::Slice(step.data(), now), io, nullptr);
    left -= now;
  }
  if (status.ok()) status = file->Sync(io, nullptr);
  if (file != nullptr) {
    const rocksdb::IOStatus closed = file->Close(io, nullptr);
    if (status.ok()) status = closed;
  }
  return status;
}

}  // namespace

bool has_room(rocksdb::FileSystem& files, const std::string& directory, std::uint64_t bytes) {
  const std::string path = directory + "/room.probe";
  const bool room = fill(files, path, bytes).ok();
  return files.DeleteFile(path, rocksdb::IOOptions(), nullptr).ok() && room;
}

}  // namespace cairn
