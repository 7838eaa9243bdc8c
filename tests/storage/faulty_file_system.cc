#include "tests/storage/faulty_file_system.h"

#include <filesystem>
#include <fstream>
#include <random>

#include <rocksdb/env.h>

namespace cairn {

namespace {

std::string read_all(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string directory_of(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

}  // namespace

class FaultyFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyFile(std::unique_ptr<rocksdb::FSWritableFile> file, FaultyFileSystem& disk,
             std::string name)
      : FSWritableFileOwnerWrapper(std::move(file)), disk_(disk), name_(std::move(name)) {}

  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
    rocksdb::IOStatus status = disk_.step();
    if (!status.ok()) return status;
    status = FSWritableFileOwnerWrapper::Append(data, options, debug);
    if (status.ok()) disk_.appended(name_, data.size());
    return status;
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo&,
                           rocksdb::IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  rocksdb::IOStatus Truncate(std::uint64_t size, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
    rocksdb::IOStatus status = FSWritableFileOwnerWrapper::Truncate(size, options, debug);
    if (status.ok()) disk_.truncated(name_, size);
    return status;
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                         rocksdb::IODebugContext* debug) override {
    rocksdb::IOStatus status = disk_.before_sync(name_);
    // The system's own fsync is left out: nobody cuts this machine's power, and it would take most
    // of the time.
    if (status.ok()) status = FSWritableFileOwnerWrapper::Flush(options, debug);
    if (status.ok()) disk_.synced(name_);
    return status;
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                          rocksdb::IODebugContext* debug) override {
    return Sync(options, debug);
  }
  rocksdb::IOStatus RangeSync(std::uint64_t, std::uint64_t, const rocksdb::IOOptions&,
                              rocksdb::IODebugContext*) override {
    return rocksdb::IOStatus::OK();  // promises nothing
  }
  // Space reserved beyond the end would hide where the file ends.
  void PrepareWrite(std::size_t, std::size_t, const rocksdb::IOOptions&,
                    rocksdb::IODebugContext*) override {}
  rocksdb::IOStatus Allocate(std::uint64_t, std::uint64_t, const rocksdb::IOOptions&,
                             rocksdb::IODebugContext*) override {
    return rocksdb::IOStatus::OK();
  }

 private:
  FaultyFileSystem& disk_;
  const std::string name_;
};

class FaultyDirectory : public rocksdb::FSDirectoryWrapper {
 public:
  FaultyDirectory(std::unique_ptr<rocksdb::FSDirectory> directory, FaultyFileSystem& disk,
                  std::string name)
      : FSDirectoryWrapper(std::move(directory)), disk_(disk), name_(std::move(name)) {}

  rocksdb::IOStatus Fsync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
    rocksdb::IOStatus status = disk_.before_sync(name_);
    if (status.ok()) disk_.directory_synced(name_);
    return status;
  }
  rocksdb::IOStatus FsyncWithDirOptions(const rocksdb::IOOptions& options,
                                        rocksdb::IODebugContext* debug,
                                        const rocksdb::DirFsyncOptions&) override {
    return Fsync(options, debug);
  }

 private:
  FaultyFileSystem& disk_;
  const std::string name_;
};

FaultyFileSystem::FaultyFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}

void FaultyFileSystem::fail_at(std::uint64_t nth, std::uint64_t count, bool no_space) {
  no_space_ = no_space;
  failures_left_ = count;
  fail_from_ = operations_.load() + nth;
}

rocksdb::IOStatus FaultyFileSystem::step() {
  const std::uint64_t operation = operations_.fetch_add(1) + 1;
  if (operation < fail_from_.load() || failures_left_.load() == 0) return rocksdb::IOStatus::OK();
  failures_left_.fetch_sub(1);
  if (no_space_) return rocksdb::IOStatus::NoSpace("No space left on device (injected)");
  return rocksdb::IOStatus::IOError("injected error at operation " + std::to_string(operation));
}

void FaultyFileSystem::appended(const std::string& name, std::uint64_t length) {
  if (powerless_) return;
  std::lock_guard lock(mutex_);
  files_[name].length += length;
}

void FaultyFileSystem::truncated(const std::string& name, std::uint64_t length) {
  std::lock_guard lock(mutex_);
  files_[name].length = length;
}

rocksdb::IOStatus FaultyFileSystem::before_sync(const std::string&) {
  rocksdb::IOStatus status = step();
  if (status.ok() && power_syncs_left_.load() != 0 && power_syncs_left_.fetch_sub(1) == 1) {
    powerless_ = true;
  }
  return status;
}

void FaultyFileSystem::synced(const std::string& name) {
  if (powerless_) return;
  std::lock_guard lock(mutex_);
  files_[name].synced = files_[name].length;
}

void FaultyFileSystem::directory_synced(const std::string& directory) {
  if (powerless_) return;
  std::lock_guard lock(mutex_);
  for (auto& [name, file] : files_) {
    if (directory_of(name) != directory) continue;
    file.entry_synced = true;
    file.replaces = false;
    file.replaced.clear();
  }
}

rocksdb::IOStatus FaultyFileSystem::NewWritableFile(const std::string& name,
                                                    const rocksdb::FileOptions& options,
                                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                                    rocksdb::IODebugContext* debug) {
  rocksdb::IOStatus status = step();
  if (status.ok()) status = FileSystemWrapper::NewWritableFile(name, options, file, debug);
  if (!status.ok()) return status;
  {
    std::lock_guard lock(mutex_);
    files_[name] = {.too_late = powerless_};
  }
  *file = std::make_unique<FaultyFile>(std::move(*file), *this, name);
  return status;
}

rocksdb::IOStatus FaultyFileSystem::ReopenWritableFile(
    const std::string& name, const rocksdb::FileOptions& options,
    std::unique_ptr<rocksdb::FSWritableFile>* file, rocksdb::IODebugContext* debug) {
  rocksdb::IOStatus status = step();
  if (status.ok()) status = FileSystemWrapper::ReopenWritableFile(name, options, file, debug);
  if (status.ok()) *file = std::make_unique<FaultyFile>(std::move(*file), *this, name);
  return status;
}

rocksdb::IOStatus FaultyFileSystem::NewDirectory(const std::string& name,
                                                 const rocksdb::IOOptions& options,
                                                 std::unique_ptr<rocksdb::FSDirectory>* directory,
                                                 rocksdb::IODebugContext* debug) {
  rocksdb::IOStatus status = FileSystemWrapper::NewDirectory(name, options, directory, debug);
  if (!status.ok()) return status;
  const std::string plain = name.ends_with('/') ? name.substr(0, name.size() - 1) : name;
  *directory = std::make_unique<FaultyDirectory>(std::move(*directory), *this, plain);
  return status;
}

rocksdb::IOStatus FaultyFileSystem::DeleteFile(const std::string& name,
                                               const rocksdb::IOOptions& options,
                                               rocksdb::IODebugContext* debug) {
  // A deletion that did not reach the disk would bring the file back: what is obsolete may be
  // there. But without power nothing is deleted.
  if (powerless_) return rocksdb::IOStatus::OK();
  rocksdb::IOStatus status = step();
  if (status.ok()) status = FileSystemWrapper::DeleteFile(name, options, debug);
  std::lock_guard lock(mutex_);
  if (status.ok()) files_.erase(name);
  return status;
}

rocksdb::IOStatus FaultyFileSystem::RenameFile(const std::string& from, const std::string& to,
                                               const rocksdb::IOOptions& options,
                                               rocksdb::IODebugContext* debug) {
  rocksdb::IOStatus status = step();
  if (!status.ok()) return status;
  const bool replaces = FileSystemWrapper::FileExists(to, options, debug).ok();
  std::string old = replaces ? read_all(to) : std::string();
  status = FileSystemWrapper::RenameFile(from, to, options, debug);
  if (!status.ok()) return status;
  std::lock_guard lock(mutex_);
  Tracked file = files_[from];
  // Two renames without a directory sync between them: the oldest bytes are what may come back.
  const auto before = files_.find(to);
  if (before != files_.end() && before->second.replaces) old = before->second.replaced;
  file.entry_synced = false;
  file.too_late = powerless_;
  file.replaces = replaces;
  file.replaced = std::move(old);
  files_.erase(from);
  files_[to] = std::move(file);
  return status;
}

void FaultyFileSystem::lose_unsynced(std::uint32_t seed) {
  std::mt19937 random(seed);
  std::lock_guard lock(mutex_);
  for (const auto& [name, file] : files_) {
    if (!std::filesystem::exists(name)) continue;
    // Of an entry that was not synced, the disk has the old or the new; of bytes not synced, some
    // prefix.
    if (file.too_late || (!file.entry_synced && random() % 2 == 0)) {
      if (file.replaces) {
        std::ofstream(name, std::ios::binary | std::ios::trunc) << file.replaced;
      } else {
        std::filesystem::remove(name);
      }
      continue;
    }
    const std::uint64_t unsynced = file.length - file.synced;
    const std::uint64_t kept = file.synced + (unsynced == 0 ? 0 : random() % (unsynced + 1));
    std::filesystem::resize_file(name, kept);
  }
  files_.clear();
  powerless_ = false;
  power_syncs_left_ = 0;
}

}  // namespace cairn
