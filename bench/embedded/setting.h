// What the embedded benchmarks share: their options, their documents, and the two stores side by
// side.
#pragma once

#include "engine/storage/rocks_store.h"

#include <cairn/bson.h>
#include <cairn/database.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace cairn::bench {

struct Setting {
  std::filesystem::path directory;  // emptied before and removed after
  std::size_t documents = 100'000;
  std::size_t operations = 20'000;  // of a round
  std::size_t rounds = 9;
  std::uint64_t memory_bytes = 512ULL << 20;
};

// Ends the program: a benchmark that fails has no figure.
[[noreturn]] void fail(const std::string& why);
void check(const Status& status);
template <typename T>
T checked(Result<T> result) {
  if (!result.ok()) fail(result.status().to_string());
  return *std::move(result);
}

// The i-th ObjectId and a document of 1024 bytes with it: {_id, n: i, group, price, payload}, half
// of it compressible.
ObjectId id_of(std::uint64_t i);
Document make_document(std::uint64_t i);

std::unique_ptr<Database> open_database(const Setting& setting,
                                        const std::filesystem::path& directory);
// Fills `db.plain` and the clustered `db.clustered` with documents 0 … setting.documents - 1,
// everything in table files, nothing left to be compacted.
void fill(const Setting& setting, const std::filesystem::path& directory);
// Waits until neither flush nor compaction runs.
void wait_until_idle(const Database& database);
// Of a find that is carried out, as `explain` counts.
std::int64_t keys_examined(const Collection& collection, DocumentView filter,
                           const FindOptions& options);

// A raw RocksDB with the options that Cairn gives its own.
std::unique_ptr<RocksStore> open_raw(const Setting& setting,
                                     const std::filesystem::path& directory);
// Table files are linked, not copied: both read the same bytes of the same files.
void copy_store(const std::filesystem::path& from, const std::filesystem::path& to);
void wait_until_idle(const RocksStore& store);
void check(const rocksdb::Status& status);
inline rocksdb::Slice slice_of(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

}  // namespace cairn::bench
