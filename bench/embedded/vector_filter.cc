// $vectorSearch with filters of several shares, against the same search without one and against an
// exact one with it: a filter should cost no more than twice the better of both. Vectors of 384
// numbers in clusters; a record's fields are its cluster `c` and a number `n` of 0 to 999 by
// chance. Filters on `c` are those that a graph likes least: nothing near the query matches.
#include "bench/embedded/benchmarks.h"
#include "bench/embedded/rounds.h"
#include "engine/bson/binary_vector.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <numeric>
#include <random>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace cairn::bench {
namespace {

constexpr std::size_t kDimensions = 384;
constexpr std::size_t kClusters = 100;
constexpr std::size_t kBatch = 1000;
constexpr std::size_t kQueries = 64;
constexpr std::size_t kLimit = 10;
constexpr std::size_t kCandidates = 100;

using Floats = std::vector<float>;

class Data {
 public:
  Data() {
    for (Floats& centre : centres_) centre = noise(1.0F);
  }
  std::size_t draw_cluster() { return random_() % kClusters; }
  int draw_number() { return static_cast<int>(random_() % 1000); }
  Floats draw(std::size_t cluster) {
    Floats vector = noise(1.2F);
    for (std::size_t i = 0; i < kDimensions; ++i) vector[i] += centres_[cluster][i];
    return vector;
  }
  // The clusters, those that are farthest from this one first.
  std::vector<int> farthest(std::size_t cluster) const {
    std::vector<int> order(kClusters);
    std::iota(order.begin(), order.end(), 0);
    const auto near = [&](int other) {
      const Floats& a = centres_[cluster];
      return std::inner_product(a.begin(), a.end(),
                                centres_[static_cast<std::size_t>(other)].begin(), 0.0F);
    };
    std::ranges::sort(order, {}, near);
    return order;
  }

 private:
  Floats noise(float width) {
    std::normal_distribution<float> normal(0, width);
    Floats vector(kDimensions);
    for (float& number : vector) number = normal(random_);
    return vector;
  }

  std::mt19937 random_{1};
  std::array<Floats, kClusters> centres_;
};

void fill(const Setting& setting, Collection& collection, Data& data) {
  for (std::size_t first = 0; first < setting.documents; first += kBatch) {
    std::vector<Document> documents;
    for (std::size_t i = first; i < std::min(first + kBatch, setting.documents); ++i) {
      const std::size_t cluster = data.draw_cluster();
      const std::string vector = encode_binary_vector(data.draw(cluster));
      documents.push_back(document(
          "_id", static_cast<std::int64_t>(i), "c", static_cast<std::int32_t>(cluster), "n",
          data.draw_number(), "v",
          BinaryView{kVectorSubtype,
                     {reinterpret_cast<const std::uint8_t*>(vector.data()), vector.size()}}));
    }
    const std::vector<DocumentView> views(documents.begin(), documents.end());
    const InsertResult inserted = checked(collection.insert(views));
    if (!inserted.errors.empty()) check(inserted.errors.front().status);
  }
}

void create_search_index(Collection& collection) {
  const Document index =
      checked(from_json(R"({"name": "near", "type": "vectorSearch", "definition": {"fields": [
          {"type": "vector", "path": "v", "numDimensions": 384, "similarity": "cosine"},
          {"type": "filter", "path": "c"}, {"type": "filter", "path": "n"}]}})"));
  const DocumentView view = index;
  checked(collection.create_search_indexes({&view, 1}));
}

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

// Until the graph answers: then few vectors are compared.
void wait_for_graph(const Collection& collection, const Query& query) {
  constexpr auto kFast = std::chrono::milliseconds(5);
  for (int fast = 0; fast < 10;) {
    const auto began = std::chrono::steady_clock::now();
    search(collection, query, {}, How::kNear);
    fast = std::chrono::steady_clock::now() - began < kFast ? fast + 1 : 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

Document far_clusters(const Data& data, std::size_t cluster, std::size_t count) {
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
  Data data;
  fill(setting, collection, data);
  create_search_index(collection);
  std::vector<Query> queries(kQueries);
  for (Query& query : queries) {
    query.cluster = data.draw_cluster();
    query.vector = data.draw(query.cluster);
  }
  wait_for_graph(collection, queries.front());
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
