// Random documents of a warm cache. Filters and raw keys are made before the clock starts, but for
// the last row.
#include "bench/embedded/benchmarks.h"
#include "bench/embedded/rounds.h"

#include "engine/storage/keys.h"

#include <random>
#include <vector>

namespace cairn::bench {
namespace {

constexpr Keyspace kFewKeyspaces = 100;

// All keys of a keyspace in `family`.
std::vector<std::string> keys_of(const RocksStore& store, Family family, Keyspace keyspace) {
  std::vector<std::string> keys;
  const KeyspaceKey prefix(keyspace);
  const std::unique_ptr<rocksdb::Iterator> at(
      store.db().NewIterator(store.read_options(), store.family(family)));
  for (at->Seek(slice_of(prefix)); at->Valid(); at->Next()) {
    if (!at->key().starts_with(slice_of(prefix))) break;
    keys.push_back(at->key().ToString());
  }
  check(at->status());
  return keys;
}

// The one keyspace of `family` whose keys are, or are not, those of records: found by looking.
Keyspace find_keyspace(const RocksStore& store, Family family, bool of_records) {
  for (Keyspace keyspace = 1; keyspace < kFewKeyspaces; ++keyspace) {
    const std::vector<std::string> keys = keys_of(store, family, keyspace);
    if (!keys.empty() && (keys.front().size() == sizeof(RecordKey)) == of_records) return keyspace;
  }
  fail("the raw store does not hold the rows that were written");
}

class RawReads {
 public:
  explicit RawReads(const RocksStore& store)
      : store_(store),
        index_keys_(keys_of(store, Family::kIdx, find_keyspace(store, Family::kIdx, false))),
        clustered_keys_(keys_of(store, Family::kDoc, find_keyspace(store, Family::kDoc, false))),
        plain_keyspace_(find_keyspace(store, Family::kDoc, true)) {}

  // The `_id` index entry, then the document that it leads to.
  void two_gets(std::size_t i) {
    get(Family::kIdx, index_keys_[i], entry_);
    const RecordKey key(plain_keyspace_, read_u64({entry_.data(), entry_.size()}));
    get(Family::kDoc, key.view(), document_);
  }
  void one_get(std::size_t i) { get(Family::kDoc, clustered_keys_[i], document_); }

 private:
  void get(Family family, std::string_view key, rocksdb::PinnableSlice& value) {
    value.Reset();
    check(store_.db().Get(store_.read_options(), store_.family(family), slice_of(key), &value));
  }

  const RocksStore& store_;
  std::vector<std::string> index_keys_;
  std::vector<std::string> clustered_keys_;
  Keyspace plain_keyspace_;
  rocksdb::PinnableSlice entry_;
  rocksdb::PinnableSlice document_;
};

void find(const Collection& collection, DocumentView filter) {
  Cursor cursor = checked(collection.find(filter));
  if (!checked(cursor.next())) fail("a document is missing");
}

void find_one(const Collection& collection, DocumentView filter) {
  if (!checked(collection.find_one(filter))) fail("a document is missing");
}

std::vector<std::size_t> random_choice(const Setting& setting) {
  std::mt19937_64 random(1);
  std::vector<std::size_t> chosen(setting.operations);
  for (std::size_t& i : chosen) i = random() % setting.documents;
  return chosen;
}

}  // namespace

void find_by_id(const Setting& setting, DocumentBuilder& report) {
  fill(setting, setting.directory / "cairn");
  copy_store(setting.directory / "cairn", setting.directory / "raw");
  const auto database = open_database(setting, setting.directory / "cairn");
  const auto store = open_raw(setting, setting.directory / "raw");
  const Collection plain = database->collection("db", "plain");
  const Collection clustered = database->collection("db", "clustered");
  RawReads raw(*store);

  const std::vector<std::size_t> chosen = random_choice(setting);
  std::vector<Document> filters;
  for (std::size_t i = 0; i < setting.documents; ++i) filters.push_back(document("_id", id_of(i)));
  const auto each = [&chosen](auto read) {
    return [&chosen, read] {
      for (const std::size_t i : chosen) read(i);
    };
  };
  const std::vector<Outcome> plain_outcomes = run_rounds(
      {{"the same two raw rocksdb::Gets", each([&](std::size_t i) { raw.two_gets(i); }), {}},
       {"find, a view of the document",
        each([&](std::size_t i) { find(plain, filters[i]); }),
        {},
        0.7},
       {"find_one, a copy of the document",
        each([&](std::size_t i) { find_one(plain, filters[i]); }),
        {},
        0.7},
       {"find_one, its filter made too",
        each([&](std::size_t i) { find_one(plain, document("_id", id_of(i))); }),
        {}}},
      setting.rounds, setting.operations);
  print("find by _id", plain_outcomes);
  append_to(report, "findById", plain_outcomes);
  const std::vector<Outcome> clustered_outcomes =
      run_rounds({{"the same raw rocksdb::Get", each([&](std::size_t i) { raw.one_get(i); }), {}},
                  {"find, a view of the document",
                   each([&](std::size_t i) { find(clustered, filters[i]); }),
                   {},
                   0.7},
                  {"find_one, a copy of the document",
                   each([&](std::size_t i) { find_one(clustered, filters[i]); }),
                   {},
                   0.7}},
                 setting.rounds, setting.operations);
  print("find by _id, clustered collection", clustered_outcomes);
  append_to(report, "findByIdClustered", clustered_outcomes);
}

}  // namespace cairn::bench
