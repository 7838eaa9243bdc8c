// FaultyFileSystem: the operating system's files, with a disk that can fail and lose power.
//
// It counts operations that change the disk; the n-th may fail (an error, or no space from there
// on). For power loss it tracks what each file had when it was last synced and which names their
// directory had when that was synced, and can put the disk back to that state. Files must be closed
// then. Data written by one store is small here, so synced contents are kept as lengths: RocksDB
// only appends. Thread-safety: everything.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include <rocksdb/file_system.h>

namespace cairn {

class FaultyFileSystem : public rocksdb::FileSystemWrapper {
 public:
  FaultyFileSystem();
  const char* Name() const override { return "FaultyFileSystem"; }

  // Operations that change the disk so far.
  std::uint64_t operations() const { return operations_.load(); }
  // The `nth` operation from now fails (1: the next), and so do the `count` - 1 after it.
  // `no_space`: as a full disk.
  void fail_at(std::uint64_t nth, std::uint64_t count, bool no_space);
  void heal() {
    failures_left_ = 0;
    fail_from_ = UINT64_MAX;
  }

  // The power goes: from now on nothing reaches the disk, though the writer is told that all is
  // well.
  void cut_power() { powerless_ = true; }
  // The power goes at the `nth` fsync from now, just before it (`torn`: half of what it would sync
  // is there).
  void cut_power_at_sync(std::uint64_t nth) { power_syncs_left_ = nth; }
  bool powerless() const { return powerless_.load(); }
  // Puts the disk into the state that is sure to have survived, and turns the power on. REQUIRES:
  // no file is open.
  void lose_unsynced(std::uint32_t seed);

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* directory,
                                 rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;

 private:
  friend class FaultyFile;
  friend class FaultyDirectory;
  struct Tracked {
    std::uint64_t length = 0;
    std::uint64_t synced = 0;
    bool entry_synced = false;  // the directory knows the name for good
    std::string replaced;       // a rename's victim: its synced bytes, until the rename is synced
    bool replaces = false;
    bool too_late = false;  // came to be without power: it never was
  };

  // Before an operation that changes the disk: OK, or the error it gives.
  rocksdb::IOStatus step();
  void appended(const std::string& name, std::uint64_t length);
  void truncated(const std::string& name, std::uint64_t length);
  rocksdb::IOStatus before_sync(const std::string& name);
  void synced(const std::string& name);
  void directory_synced(const std::string& directory);

  std::atomic<std::uint64_t> operations_{0};
  std::atomic<std::uint64_t> fail_from_{UINT64_MAX};
  std::atomic<std::uint64_t> failures_left_{0};
  std::atomic<bool> no_space_{false};
  std::atomic<bool> powerless_{false};
  std::atomic<std::uint64_t> power_syncs_left_{0};

  std::mutex mutex_;
  std::map<std::string, Tracked> files_;  // those written since the power was last on
};

}  // namespace cairn
