// Inserts into a collection with a vector index while it is searched: at half the rate at which a
// graph of the same vectors is built offline by one thread, and as fast as one writer can. Told are
// the rate until all of them are in graphs, the searches' p50 and p99 against idle ones, and the
// most parts that a search had to look into. Asked for: 0.5 of the offline rate with a p99 within 3
// of the idle one.
#include "bench/embedded/benchmarks.h"
#include "bench/embedded/vector_collection.h"
#include "bench/latency/latencies.h"
#include "bench/latency/processor_time.h"
#include "engine/bson/binary_vector.h"
#include "index/vector/segment_builder.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace cairn::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kBatch = 20;
constexpr std::size_t kQueries = 256;
constexpr std::size_t kIdleSearches = 3000;
constexpr double kAskedShare = 0.5;

double seconds_since(Clock::time_point began) {
  return std::chrono::duration<double>(Clock::now() - began).count();
}

// Vectors per second and core of a graph over so many of them.
double offline_rate(const Setting& setting, std::size_t count) {
  ClusteredVectors vectors;
  const vector::Space space{.dimensions = ClusteredVectors::kDimensions};
  std::vector<vector::Row> rows;
  for (std::size_t i = 0; i < count; ++i) {
    const Floats vector = vectors.draw(vectors.draw_cluster());
    rows.push_back(checked(vector::prepare(space, std::as_bytes(std::span(vector)))));
  }
  std::vector<vector::SourceRow> source;
  for (std::size_t i = 0; i < count; ++i) {
    source.push_back({.id = i, .sequence = i + 1, .died = 0, .row = rows[i].data()});
  }
  const double before = thread_seconds();
  checked(vector::build_segment(setting.directory / "offline.segment", {.space = space}, source));
  return static_cast<double>(count) / (thread_seconds() - before);
}

void search(const Collection& collection, const Floats& query) {
  checked(collection.vector_search(query,
                                   {.index = "near", .path = "v", .limit = 10, .candidates = 100}));
}

// Searches one after the other until it ends.
class Searcher {
 public:
  Searcher(const Collection& collection, const std::vector<Floats>& queries)
      : thread_([&, this] {
          for (std::size_t i = 0; !stop_; ++i) {
            const auto began = Clock::now();
            search(collection, queries[i % queries.size()]);
            latencies_.add(Clock::now() - began);
          }
        }) {}
  Latencies stop() {
    stop_ = true;
    thread_.join();
    return latencies_;
  }

 private:
  std::atomic<bool> stop_{false};
  Latencies latencies_;
  std::thread thread_;  // last: it uses the rest
};

struct Load {
  double insert_rate = 0;   // while documents came
  double indexed_rate = 0;  // until all were in graphs
  std::int64_t most_parts = 0;
  Latencies searches;
};

// Inserts documents first … end - 1, at most `rate` a second (0: as fast as it goes).
Load load(Collection& collection, ClusteredVectors& vectors, const std::vector<Floats>& queries,
          std::size_t first, std::size_t end, double rate) {
  Load load;
  Searcher searcher(collection, queries);
  const auto began = Clock::now();
  const auto look = [&] {
    load.most_parts =
        std::max(load.most_parts, index_memory(collection)["segments"].to_int64_clamped());
  };
  for (std::size_t at = first; at < end; at += kBatch) {
    fill(collection, vectors, at, std::min(at + kBatch, end), kBatch);
    if (at % 1000 == 0) look();
    if (rate == 0) continue;
    const std::chrono::duration<double> due(static_cast<double>(at + kBatch - first) / rate);
    std::this_thread::sleep_until(began + std::chrono::duration_cast<Clock::duration>(due));
  }
  const auto count = static_cast<double>(end - first);
  load.insert_rate = count / seconds_since(began);
  wait_for_graphs(collection, 3);
  load.indexed_rate = count / seconds_since(began);
  load.searches = searcher.stop();
  return load;
}

void show(const std::string& name, const Load& load, double offline, const Latencies& idle,
          DocumentBuilder& report) {
  const auto us = [](const Latencies& of, double q) { return to_microseconds(of.quantile(q)); };
  std::printf(
      "  %-24s %7.0f/s inserted, %7.0f/s until in graphs (%.2f of offline); searches %6lld, p50 "
      "%.0f us, p99 %.0f us (%.1f of idle); %lld parts at the most\n",
      name.c_str(), load.insert_rate, load.indexed_rate, load.indexed_rate / offline,
      static_cast<long long>(load.searches.count()), us(load.searches, 0.5),
      us(load.searches, 0.99), us(load.searches, 0.99) / us(idle, 0.99),
      static_cast<long long>(load.most_parts));
  report.push_document()
      .append("name", "vectorInsert " + name)
      .append("insertedPerSecond", load.insert_rate)
      .append("indexedPerSecond", load.indexed_rate)
      .append("ofOffline", load.indexed_rate / offline)
      .append("searchP50us", us(load.searches, 0.5))
      .append("searchP99us", us(load.searches, 0.99))
      .append("p99OfIdle", us(load.searches, 0.99) / us(idle, 0.99))
      .append("mostParts", load.most_parts)
      .end();
}

}  // namespace

void vector_insert(const Setting& setting, DocumentBuilder& report) {
  const std::size_t more = std::max<std::size_t>(setting.documents / 2, 100);
  const double offline = offline_rate(setting, more);
  const auto database = open_database(setting, setting.directory / "vector_insert");
  Collection collection = database->collection("db", "vectors");
  ClusteredVectors vectors;
  fill(collection, vectors, 0, setting.documents);
  create_search_index(collection);
  wait_for_graphs(collection, 2);
  std::vector<Floats> queries;
  for (std::size_t i = 0; i < kQueries; ++i) {
    queries.push_back(vectors.draw(vectors.draw_cluster()));
  }
  Latencies idle;
  for (std::size_t i = 0; i < std::min(kIdleSearches, setting.operations); ++i) {
    const auto began = Clock::now();
    search(collection, queries[i % queries.size()]);
    idle.add(Clock::now() - began);
  }
  std::printf(
      "inserts with a vector index of %zu: offline %.0f/s and core; idle searches p50 %.0f "
      "us, p99 %.0f us\n",
      setting.documents, offline, to_microseconds(idle.quantile(0.5)),
      to_microseconds(idle.quantile(0.99)));
  report.push_document()
      .append("name", "vectorInsert offline")
      .append("perSecondAndCore", offline)
      .append("idleP50us", to_microseconds(idle.quantile(0.5)))
      .append("idleP99us", to_microseconds(idle.quantile(0.99)))
      .end();
  const std::size_t half = setting.documents + more;
  show("at half the rate",
       load(collection, vectors, queries, setting.documents, half, kAskedShare * offline), offline,
       idle, report);
  show("as fast as it goes", load(collection, vectors, queries, half, half + more, 0), offline,
       idle, report);
}

}  // namespace cairn::bench
