// Queries through secondary indexes: one document by an equality, a range of covered keys, and a
// sorted page through a compound index, which is to look at exactly its own keys.
#include "bench/embedded/benchmarks.h"
#include "bench/embedded/rounds.h"

#include "engine/bson/key_string.h"
#include "engine/storage/keys.h"

#include <cstdio>
#include <random>
#include <vector>

namespace cairn::bench {
namespace {

constexpr double kAskedFor = 1.5e6;  // covered keys per second
constexpr std::size_t kPage = 20;
constexpr Keyspace kFewKeyspaces = 10'000;

// The same entries and documents, read by nothing but RocksDB.
class RawIndex {
 public:
  explicit RawIndex(const RocksStore& store) : store_(store) {
    // Of the index on `n` the first key is that of 0: found by looking.
    for (keyspace_ = 1; keyspace_ < kFewKeyspaces; ++keyspace_) {
      const std::string first = key_of(0);
      const std::unique_ptr<rocksdb::Iterator> at = iterator();
      at->Seek(slice_of(first));
      if (at->Valid() && at->key().starts_with(rocksdb::Slice(first.data(), first.size() - 1))) {
        break;
      }
    }
    if (keyspace_ == kFewKeyspaces) fail("the raw store does not hold the index");
    for (documents_ = 1; documents_ < kFewKeyspaces; ++documents_) {
      const RecordKey key(documents_, 1);
      if (store_.db()
              .Get(store_.read_options(), store_.family(Family::kDoc), slice_of(key), &document_)
              .ok()) {
        break;
      }
    }
  }

  void seek_and_get(std::size_t i) {
    const std::string key = key_of(static_cast<std::int32_t>(i));
    const std::unique_ptr<rocksdb::Iterator> at = iterator();
    at->Seek(slice_of(key));
    if (!at->Valid()) fail("an entry is missing");
    const rocksdb::Slice found = at->key();
    const RecordKey record(documents_, read_u64({found.data() + found.size() - 8, 8}));
    document_.Reset();
    check(store_.db().Get(store_.read_options(), store_.family(Family::kDoc), slice_of(record),
                          &document_));
  }

  void scan(std::size_t wanted) const {
    const std::string first = key_of(0);
    const std::unique_ptr<rocksdb::Iterator> at = iterator();
    std::size_t keys = 0;
    for (at->Seek(slice_of(first)); at->Valid() && keys < wanted; at->Next()) ++keys;
    if (keys != wanted) fail("the raw store lacks entries");
  }

 private:
  std::unique_ptr<rocksdb::Iterator> iterator() const {
    return std::unique_ptr<rocksdb::Iterator>(
        store_.db().NewIterator(store_.read_options(), store_.family(Family::kIdx)));
  }
  std::string key_of(std::int32_t n) const {
    std::string key;
    append_u32(key, keyspace_);
    key::Encoder encoder(key);
    encoder.begin(key::Direction::kAscending);
    encoder.int32(n);
    encoder.finish(key::Terminator::kLess);
    return key;
  }

  const RocksStore& store_;
  Keyspace keyspace_ = 1;
  Keyspace documents_ = 1;
  rocksdb::PinnableSlice document_;
};

void find(const Collection& collection, DocumentView filter) {
  Cursor cursor = checked(collection.find(filter));
  if (!checked(cursor.next())) fail("a document is missing");
}

std::size_t read_all(const Collection& collection, DocumentView filter,
                     const FindOptions& options) {
  Cursor cursor = checked(collection.find(filter, options));
  std::size_t found = 0;
  while (checked(cursor.next())) ++found;
  return found;
}

void expect(std::size_t found, std::size_t wanted) {
  if (found != wanted) fail("a query found " + std::to_string(found));
}

}  // namespace

void index(const Setting& setting, DocumentBuilder& report) {
  const std::filesystem::path directory = setting.directory / "indexed";
  fill(setting, directory);
  {
    const auto database = open_database(setting, directory);
    Collection plain = database->collection("db", "plain");
    checked(plain.create_index(document("n", 1)));
    checked(plain.create_index(document("group", 1, "n", 1)));
  }
  wait_until_idle(*open_database(setting, directory));
  copy_store(directory, setting.directory / "indexed-raw");
  const auto database = open_database(setting, directory);
  const auto store = open_raw(setting, setting.directory / "indexed-raw");
  const Collection plain = database->collection("db", "plain");
  RawIndex raw(*store);

  std::mt19937_64 random(1);
  std::vector<std::size_t> chosen(setting.operations);
  for (std::size_t& i : chosen) i = random() % setting.documents;
  const auto each = [&chosen](auto read) {
    return [&chosen, read] {
      for (const std::size_t i : chosen) read(i);
    };
  };
  const std::vector<Outcome> equality = run_rounds(
      {{"a raw seek and a raw Get", each([&](std::size_t i) { raw.seek_and_get(i); }), {}},
       {"find {n: i}",
        each([&](std::size_t i) { find(plain, document("n", static_cast<std::int32_t>(i))); }),
        {},
        0.6}},
      setting.rounds, setting.operations);
  print("find by an indexed equality", equality);
  append_to(report, "findByIndex", equality);

  const std::size_t all = setting.documents;
  const Document from = document("n", document("$gte", 0));
  const Document only_n = document("_id", 0, "n", 1);
  const std::vector<Outcome> covered =
      run_rounds({{"a raw iterator over the same entries", [&] { raw.scan(all); }, {}},
                  {"find {n: {$gte: 0}}, {_id: 0, n: 1}",
                   [&] { expect(read_all(plain, from, {.projection = only_n}), all); },
                   {}},
                  {"count {n: {$gte: 0}}",
                   [&] { expect(static_cast<std::size_t>(checked(plain.count(from))), all); },
                   {}}},
                 setting.rounds, all);
  print("covered range, keys per second", covered);
  std::printf("  asked for: %.0f keys/s; the covered find does %.2f times that\n", kAskedFor,
              covered[1].per_second / kAskedFor);
  append_to(report, "coveredRange", covered);

  const Document group = document("group", "group 17");
  const Document newest = document("n", -1);
  const FindOptions page{.sort = newest, .limit = kPage};
  const std::size_t on_page = std::min(kPage, (all + 82) / 100);
  expect(static_cast<std::size_t>(keys_examined(plain, group, page)), on_page);
  const std::vector<Outcome> pages =
      run_rounds({{"find {group}, sort {n: -1}, limit 20",
                   [&] {
                     for (std::size_t i = 0; i < setting.operations / kPage; ++i) {
                       expect(read_all(plain, group, page), on_page);
                     }
                   },
                   {}}},
                 setting.rounds, std::max<std::size_t>(setting.operations / kPage, 1));
  print("sorted page through a compound index, pages per second", pages);
  append_to(report, "sortedPage", pages);
}

}  // namespace cairn::bench
