// Pipelines over a whole collection, against the bare scan beneath them. Asked for: 0.5 of its rate
// with $match and $group, 0.6 with $sort and $limit.
#include "bench/embedded/benchmarks.h"
#include "bench/embedded/rounds.h"

namespace cairn::bench {
namespace {

void read_all(Cursor cursor) {
  while (checked(cursor.next())) {
  }
}

void run(const Collection& collection, const Value& stages) {
  read_all(checked(collection.aggregate(stages.view().as_document())));
}

Document sum_of(std::string_view field) { return document("$sum", field); }

Value match_and_group() {
  return array(document("$match", document("n", document("$gte", 0))),
               document("$group", document("_id", "$group", "total", sum_of("$price"))));
}
Value group_by_five() {
  return array(document(
      "$group", document("_id", "$group", "total", sum_of("$n"), "mean", document("$avg", "$price"),
                         "least", document("$min", "$price"), "most", document("$max", "$price"),
                         "count", document("$sum", 1))));
}
Value sort_and_limit() {
  return array(document("$sort", document("price", -1)), document("$limit", 100));
}
Value windows() {
  const Value bounds = array(-5, 0);
  const Document sum = document("$sum", "$n", "window", document("documents", bounds));
  return array(
      document("$setWindowFields", document("partitionBy", "$group", "sortBy", document("n", 1),
                                            "output", document("recent", sum))),
      document("$group", document("_id", Value::null(), "total", sum_of("$recent"))));
}
Value buckets() {
  return array(document("$bucketAuto", document("groupBy", "$price", "buckets", 20)));
}

}  // namespace

void pipeline(const Setting& setting, DocumentBuilder& report) {
  if (!std::filesystem::exists(setting.directory / "cairn")) {
    fill(setting, setting.directory / "cairn");
  }
  const auto database = open_database(setting, setting.directory / "cairn");
  const Collection plain = database->collection("db", "plain");
  const std::vector<Outcome> outcomes =
      run_rounds({{"the bare scan, find {}", [&] { read_all(checked(plain.find({}))); }, {}},
                  {"$match and $group", [&] { run(plain, match_and_group()); }, {}, 0.5},
                  {"$group with five accumulators", [&] { run(plain, group_by_five()); }, {}},
                  {"$sort and $limit 100", [&] { run(plain, sort_and_limit()); }, {}, 0.6},
                  {"$setWindowFields", [&] { run(plain, windows()); }, {}},
                  {"$bucketAuto", [&] { run(plain, buckets()); }, {}}},
                 setting.rounds, setting.documents);
  print("pipelines, documents per second", outcomes);
  append_to(report, "pipeline", outcomes);
}

}  // namespace cairn::bench
