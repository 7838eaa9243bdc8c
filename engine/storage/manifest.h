// What of RocksDB's manifest (the list of its files) has reached the disk.
//
// RocksDB takes a manifest that ends early for an older state of the store: it opens, documents are
// missing, and the files that hold them are removed as unused. So Cairn notes how much of the
// manifest was synced, and its hash, and compares before RocksDB may open anything for writing. A
// manifest only grows, and a newer one has a greater number: whatever a crash leaves is the noted
// part and more, or newer. Internal to engine/storage.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <cairn/status.h>

namespace rocksdb {
class FileSystem;
}  // namespace rocksdb

namespace cairn {

class RocksStore;
struct ManifestHasher;

struct ManifestMark {
  std::uint64_t number = 0;  // of MANIFEST-<number>; 0: nothing is known
  std::uint64_t bytes = 0;   // so many from its beginning are on the disk
  std::uint64_t hash = 0;    // XXH3-64 of them
  bool operator==(const ManifestMark&) const = default;
};

// Error: InternalError, where the store in `rocks_path` has lost a part of what `known` says.
Status check_manifest(rocksdb::FileSystem& files, const std::string& rocks_path,
                      const ManifestMark& known);

// Follows an open store's manifest, reading only what was added to it. Thread-safety: none.
class ManifestWatch {
 public:
  // Both outlive this.
  ManifestWatch(const RocksStore& store, rocksdb::FileSystem& files, std::string rocks_path);
  ManifestWatch(const ManifestWatch&) = delete;
  ManifestWatch& operator=(const ManifestWatch&) = delete;
  ~ManifestWatch();

  // What is on the disk now; number 0 where that cannot be told at this moment (a new manifest is
  // taking over). Where nothing has changed it costs one look at a file's size.
  ManifestMark look();

 private:
  void read_more(std::uint64_t number, std::uint64_t bytes);

  const RocksStore& store_;
  rocksdb::FileSystem& files_;
  const std::string rocks_path_;
  ManifestMark mark_;
  std::unique_ptr<ManifestHasher> hasher_;
};

}  // namespace cairn
