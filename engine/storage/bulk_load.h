// BulkLoad: puts many sorted rows into a fresh keyspace at once, past the log and the memtables.
//
// Rows go into files of their own, which become part of the store in one step by `finish`: until
// then nobody sees any, afterwards all, also after a power loss. What is loaded is not in the
// change log, so only what can be made again from documents may be loaded so. Thread-safety:
// belongs to one thread at a time; several may load different keyspaces.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <cairn/status.h>

#include "engine/storage/family.h"

namespace cairn {

class RocksStore;

class BulkLoad {
 public:
  // Files are written to `folder`, which is on the store's disk. REQUIRES: nothing was ever written
  // into the keyspace of the rows; `store` outlives the object.
  BulkLoad(RocksStore& store, Family family, std::string folder);
  BulkLoad(BulkLoad&&) noexcept;
  BulkLoad& operator=(BulkLoad&&) noexcept;
  // Without `finish`: removes the files.
  ~BulkLoad();

  // REQUIRES: keys strictly ascending.
  Status add(std::string_view key, std::string_view value);
  // On error nothing is loaded.
  Status finish();
  std::uint64_t rows() const { return rows_; }

 private:
  struct Writer;
  Status open_file();
  Status close_file();

  RocksStore* store_;
  Family family_;
  std::string folder_;
  std::unique_ptr<Writer> writer_;
  std::vector<std::string> files_;
  std::uint64_t rows_ = 0;
};

}  // namespace cairn
