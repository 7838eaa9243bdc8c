// Building an index on a collection that is there, against the bare scan beneath it. Asked for: 0.4
// of its rate.
#include "bench/embedded/benchmarks.h"
#include "bench/embedded/rounds.h"

namespace cairn::bench {
namespace {

void read_all(Cursor cursor) {
  while (checked(cursor.next())) {
  }
}

}  // namespace

void index_build(const Setting& setting, DocumentBuilder& report) {
  if (!std::filesystem::exists(setting.directory / "cairn")) {
    fill(setting, setting.directory / "cairn");
  }
  const auto database = open_database(setting, setting.directory / "cairn");
  Collection plain = database->collection("db", "plain");
  const auto drop = [&] {
    const Value all = Value::string("*");
    checked(plain.drop_indexes(all.view()));
    wait_until_idle(*database);
  };
  const auto build = [&](const Document& key) {
    return [&plain, key] { checked(plain.create_index(key)); };
  };
  const std::vector<Outcome> outcomes = run_rounds(
      {{"the bare scan, find {}", [&] { read_all(checked(plain.find({}))); }, {}},
       {"createIndex {n: 1}", build(document("n", 1)), drop, 0.4},
       {"createIndex {group: 1, price: -1}", build(document("group", 1, "price", -1)), drop, 0.4}},
      setting.rounds, setting.documents);
  drop();
  print("index build, documents per second", outcomes);
  append_to(report, "indexBuild", outcomes);
}

}  // namespace cairn::bench
