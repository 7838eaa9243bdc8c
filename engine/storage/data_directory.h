// DataDirectory: Cairn's own files in a data directory, and the lock that keeps a second process
// out.
//
//   DIR/CAIRN       identity: format version, uuid (FlatBuffers, checksummed, written once)
//   DIR/WATERMARK   what is known to be fsynced: the newest op number, and how much of RocksDB's
//                   manifest (FlatBuffers, checksummed, replaced atomically)
//   DIR/cairn.lock  flock'ed while the directory is open; holds the owner's process id
//   DIR/rocks/      RocksDB's files
//   DIR/spill/      what running queries do not hold in memory (spill_space.h); empty otherwise
// FORMAT.md has the layouts. Thread-safety: none; the owner serialises.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <cairn/status.h>

#include "engine/storage/change.h"
#include "engine/storage/family.h"
#include "engine/storage/manifest.h"

namespace rocksdb {
class FileSystem;
}  // namespace rocksdb

namespace cairn {

inline constexpr std::uint32_t kFormatVersion = 1;

class DataDirectory {
 public:
  struct Options {
    std::string path;
    bool read_only = false;
    bool create_if_missing = true;
    bool on_disk = true;  // false: no directory, no lock (in-memory file system)
    rocksdb::FileSystem* file_system = nullptr;  // outlives this
    std::int64_t now_ms = 0;
  };

  // Locks the directory, and creates it and its identity if there is none.
  static Result<DataDirectory> open(const Options& options);
  DataDirectory(DataDirectory&& other) noexcept;
  DataDirectory& operator=(DataDirectory&&) = delete;
  ~DataDirectory();  // unlocks

  const Uuid& uuid() const { return uuid_; }
  std::string rocks_path() const { return path_ + "/rocks"; }
  std::string spill_path() const { return path_ + "/spill"; }
  // Nothing was ever stored here: there is no watermark yet.
  bool fresh() const { return !watermark_.has_value(); }
  OpNumber watermark() const { return watermark_.value_or(0); }
  const ManifestMark& manifest() const { return manifest_; }
  // Where `manifest` is not known, what is noted of it stays.
  Status write_watermark(OpNumber op, const ManifestMark& manifest, std::int64_t now_ms);
  // Reads both files again and checks them.
  Status verify() const;

 private:
  explicit DataDirectory(const Options& options);
  Status lock(bool read_only);
  Status ensure_directory(const Options& options);
  Status read_identity();
  Status create_identity(const Options& options);
  Status read_watermark();

  std::string path_;
  rocksdb::FileSystem* file_system_;
  Uuid uuid_{};
  std::optional<OpNumber> watermark_;
  ManifestMark manifest_;
  int lock_file_ = -1;
};

// A checksummed file's bytes: magic, xxHash of the payload, payload. For FORMAT.md's golden tests.
std::string frame_file(std::string_view payload);
std::string encode_identity(std::uint32_t format_version, const Uuid& uuid,
                            std::int64_t created_ms);
std::string encode_watermark(OpNumber op, const ManifestMark& manifest, std::int64_t written_ms);

}  // namespace cairn
