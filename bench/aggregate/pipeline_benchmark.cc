// Time and allocations per document of whole pipelines over a collection in memory, the scan
// beneath them included: what a stage allocates for each document shows here.
#include <benchmark/benchmark.h>

#include <cairn/database.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/aggregate/allocations.h"

namespace cairn::bench {
namespace {

constexpr int kDocuments = 20'000;

template <typename T>
T checked(Result<T> result) {
  if (result.ok()) return std::move(*result);
  std::cerr << result.status().to_string() << "\n";
  std::abort();
}

// 20,000 sales of half a kilobyte.
Database& sales() {
  static const std::unique_ptr<Database> database = [] {
    auto made = checked(Database::open("", {.in_memory = true}));
    std::vector<Document> documents;
    std::vector<DocumentView> views;
    for (int i = 0; i < kDocuments; ++i) {
      const int drawn = (i * 7919) % kDocuments;
      documents.push_back(document("_id", i, "user", "user" + std::to_string(drawn % 1000), "n",
                                   drawn, "x", drawn / 7.0, "tags", array(drawn % 7, drawn % 11),
                                   "pad", std::string(400, 'x')));
    }
    views.assign(documents.begin(), documents.end());
    checked(made->collection("db", "sales").insert(views));
    return made;
  }();
  return *database;
}

void pipeline(benchmark::State& state, const char* stages) {
  const Document parsed = checked(from_json(std::string("{\"stages\": ") + stages + "}"));
  const DocumentView array = parsed["stages"].as_document();
  const Collection collection = sales().collection("db", "sales");
  const std::uint64_t before = allocations();
  for (auto _ : state) {
    Cursor cursor = checked(collection.aggregate(array));
    while (checked(cursor.next())) {
    }
  }
  const auto documents = static_cast<double>(state.iterations() * kDocuments);
  state.SetItemsProcessed(static_cast<std::int64_t>(documents));
  state.counters["allocations/document"] = static_cast<double>(allocations() - before) / documents;
}

BENCHMARK_CAPTURE(pipeline, scan, R"([{"$match": {"n": {"$lt": 0}}}])");
BENCHMARK_CAPTURE(pipeline, group,
                  R"([{"$group": {"_id": "$user", "sum": {"$sum": "$n"}, "x": {"$avg": "$x"}}}])");
BENCHMARK_CAPTURE(pipeline, unwind_group,
                  R"([{"$unwind": "$tags"}, {"$group": {"_id": "$tags", "n": {"$sum": 1}}}])");
BENCHMARK_CAPTURE(pipeline, sort_limit, R"([{"$sort": {"n": -1}}, {"$limit": 100}])");
BENCHMARK_CAPTURE(pipeline, add_fields_sort,
                  R"([{"$addFields": {"y": {"$add": ["$n", 1]}}}, {"$sort": {"y": 1}}])");
BENCHMARK_CAPTURE(pipeline, window_running_sum,
                  R"([{"$setWindowFields": {"partitionBy": "$user", "sortBy": {"n": 1}, "output":
                       {"sum": {"$sum": "$n", "window": {"documents": ["unbounded", "current"]}}}}},
                      {"$group": {"_id": null, "last": {"$max": "$sum"}}}])");
BENCHMARK_CAPTURE(pipeline, window_moving_average,
                  R"([{"$setWindowFields": {"partitionBy": "$user", "sortBy": {"n": 1}, "output":
                       {"mean": {"$avg": "$x", "window": {"documents": [-9, 0]}}}}},
                      {"$group": {"_id": null, "most": {"$max": "$mean"}}}])");
BENCHMARK_CAPTURE(
    pipeline, window_whole_documents,
    R"([{"$setWindowFields": {"sortBy": {"n": 1}, "output": {"rank": {"$rank": {}}}}}])");
BENCHMARK_CAPTURE(pipeline, bucket_auto, R"([{"$bucketAuto": {"groupBy": "$x", "buckets": 20}}])");
BENCHMARK_CAPTURE(pipeline, bucket_auto_two_accumulators,
                  R"([{"$bucketAuto": {"groupBy": "$n", "buckets": 20, "output":
                       {"n": {"$sum": 1}, "x": {"$avg": "$x"}}}}])");
BENCHMARK_CAPTURE(pipeline, facet,
                  R"([{"$facet": {"a": [{"$sortByCount": "$user"}], "b": [{"$count": "n"}]}}])");

}  // namespace
}  // namespace cairn::bench

BENCHMARK_MAIN();
