// Every document is read and asked; few match. Asked for: a million documents per second.
#include "bench/embedded/benchmarks.h"
#include "bench/embedded/rounds.h"

#include "engine/storage/keys.h"

#include <cstdio>

namespace cairn::bench {
namespace {

constexpr double kAskedFor = 1e6;  // documents per second

// Both collections' rows: twice the documents of one.
void raw_scan(const RocksStore& store, std::size_t wanted) {
  const std::unique_ptr<rocksdb::Iterator> at(
      store.db().NewIterator(store.read_options(), store.family(Family::kDoc)));
  std::size_t rows = 0;
  for (at->SeekToFirst(); at->Valid() && rows < wanted; at->Next()) {
    rows += at->value().size() == 0 ? 0 : 1;
  }
  check(at->status());
  if (rows != wanted) fail("the raw store lacks rows");
}

void find_all(const Collection& collection, DocumentView filter, std::size_t wanted) {
  Cursor cursor = checked(collection.find(filter));
  std::size_t found = 0;
  while (checked(cursor.next())) ++found;
  if (found != wanted) fail("a scan found " + std::to_string(found));
}

void count_all(const Collection& collection, DocumentView filter, std::size_t wanted) {
  const auto found = static_cast<std::size_t>(checked(collection.count(filter)));
  if (found != wanted) fail("a count found " + std::to_string(found));
}

}  // namespace

void scan(const Setting& setting, DocumentBuilder& report) {
  if (!std::filesystem::exists(setting.directory / "cairn")) {
    fill(setting, setting.directory / "cairn");
    copy_store(setting.directory / "cairn", setting.directory / "raw");
  }
  const auto database = open_database(setting, setting.directory / "cairn");
  const auto store = open_raw(setting, setting.directory / "raw");
  const Collection plain = database->collection("db", "plain");
  const std::size_t all = setting.documents;
  const Document first_ten = document("n", document("$lt", 10));
  const Document a_group = document("group", "group 17");
  const Document two = document("n", document("$gte", 5, "$lt", 10), "group", "group 7");
  const std::vector<Outcome> outcomes = run_rounds(
      {{"a raw iterator over the same rows", [&] { raw_scan(*store, all); }, {}},
       {"find {}", [&] { find_all(plain, {}, all); }, {}},
       {"find {n: {$lt: 10}}",
        [&] { find_all(plain, first_ten, std::min<std::size_t>(10, all)); },
        {}},
       {"find {group: \"group 17\"}", [&] { find_all(plain, a_group, (all + 82) / 100); }, {}},
       {"count {n: {$gte: 5, $lt: 10}, group: \"group 7\"}",
        [&] { count_all(plain, two, 1); },
        {}}},
      setting.rounds, all);
  print("collection scan, documents per second", outcomes);
  std::printf(
      "  asked for: %.0f documents/s; {n: {$lt: 10}} does %.2f times that, %.2f by processor "
      "time\n",
      kAskedFor, outcomes[2].per_second / kAskedFor, outcomes[2].per_processor_second / kAskedFor);
  append_to(report, "scan", outcomes);
}

}  // namespace cairn::bench
