// $vectorSearch with filters of several shares, against the same search without one and against an
// exact one with it: a filter should cost no more than twice the better of both. Filters on
// clusters are those that a graph likes least: nothing near the query matches.
#include "bench/embedded/benchmarks.h"
#include "bench/embedded/rounds.h"
#include "bench/embedded/vector_collection.h"

#include <cstdio>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace cairn::bench {
namespace {

constexpr std::size_t kQueries = 64;
constexpr std::size_t kLimit = 10;
constexpr std::size_t kCandidates = 100;

struct Query {
  Floats vector;
  std::size_t cluster;
};

enum class How : bool { kNear, kExact };

std::set<std::int64_t> search(const Collection& collection, const Query& query, DocumentView filter,
                              How how) {
  const auto hits = checked(collection.vector_search(query.vector, {.index = "near",
                                                                    .path = "v",
                                                                    .limit = kLimit,
                                                                    .candidates = kCandidates,
                                                                    .exact = how == How::kExact,
                                                                    .filter = filter}));
  std::set<std::int64_t> ids;
  for (const ScoredDocument& hit : hits) ids.insert(hit.document["_id"].to_int64_clamped());
  return ids;
}

Document far_clusters(const ClusteredVectors& data, std::size_t cluster, std::size_t count) {
  const std::vector<int> order = data.farthest(cluster);
  DocumentBuilder filter;
  filter.begin_document("c").begin_array("$in");
  for (std::size_t i = 0; i < count; ++i) filter.push(order[i]);
  filter.end().end();
  return filter.take();
}

class Filtered {
 public:
  Filtered(const Setting& setting, const Collection& collection, const std::vector<Query>& queries)
      : setting_(setting), collection_(collection), queries_(queries) {}

  // `filters`: one per query.
  void run(const std::string& name, const std::vector<Document>& filters,
           DocumentBuilder& report) const {
    const Document none;
    const auto contender = [&](const std::string& title, How how, bool filtered) {
      return Contender{.name = title, .work = [&, how, filtered] {
                         for (std::size_t i = 0; i < queries_.size(); ++i) {
                           search(collection_, queries_[i], filtered ? filters[i] : none, how);
                         }
                       }};
    };
    double recall = 0;
    for (std::size_t i = 0; i < queries_.size(); ++i) {
      const auto wanted = search(collection_, queries_[i], filters[i], How::kExact);
      const auto found = search(collection_, queries_[i], filters[i], How::kNear);
      for (const std::int64_t id : found) recall += wanted.contains(id) ? 1 : 0;
    }
    recall /= static_cast<double>(queries_.size() * kLimit);
    const auto outcomes = run_rounds(
        {contender("without a filter", How::kNear, false), contender("with it", How::kNear, true),
         contender("with it, exactly", How::kExact, true)},
        setting_.rounds, queries_.size());
    print("$vectorSearch, " + name, outcomes);
    std::printf("  recall %.4f\n", recall);
    append_to(report, "vectorSearch " + name, outcomes);
    report.push_document().append("name", "recall " + name).append("recall", recall).end();
  }

 private:
  const Setting& setting_;
  const Collection& collection_;
  const std::vector<Query>& queries_;
};

}  // namespace

void vector_filter(const Setting& setting, DocumentBuilder& report) {
  const auto database = open_database(setting, setting.directory / "vector_filter");
  Collection collection = database->collection("db", "vectors");
  ClusteredVectors data;
  fill(collection, data, 0, setting.documents);
  create_search_index(collection);
  std::vector<Query> queries(kQueries);
  for (Query& query : queries) {
    query.cluster = data.draw_cluster();
    query.vector = data.draw(query.cluster);
  }
  wait_for_graphs(collection, 2);
  const Filtered filtered(setting, collection, queries);
  for (const int percent : {1, 10, 50}) {
    const Document filter = document("n", document("$lt", percent * 10));
    const std::vector<Document> all(kQueries, filter);
    filtered.run(std::to_string(percent) + " % match", all, report);
  }
  for (const std::size_t clusters : {10, 50}) {
    std::vector<Document> far;
    for (const Query& query : queries) far.push_back(far_clusters(data, query.cluster, clusters));
    filtered.run(std::to_string(clusters) + " % match, the far ones", far, report);
  }
}

}  // namespace cairn::bench
