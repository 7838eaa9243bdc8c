// How RocksDB is set up: one memory budget, five column families. Each choice gives its reason in
// the .cc file.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <rocksdb/cache.h>
#include <rocksdb/options.h>

#include "engine/storage/family.h"

namespace cairn {

struct RocksTuning {
  std::uint64_t memory_bytes = 0;
  std::uint64_t hint_bytes = 0;           // of RecordHints
  std::shared_ptr<rocksdb::Cache> cache;  // shared with RocksDB, which charges its memtables to it
};

RocksTuning make_tuning(std::uint64_t memory_bytes);
// The block cache's share of the budget, while nothing else needs it.
std::uint64_t cache_bytes(std::uint64_t memory_bytes);
rocksdb::DBOptions database_options(const RocksTuning& tuning);
rocksdb::ColumnFamilyOptions family_options(Family family, const RocksTuning& tuning);
std::string family_name(Family family);

}  // namespace cairn
