// Vector search beside writers: what is found is what is there, at every moment, with and without
// the graph.
#include "tests/records/database.h"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <thread>

namespace cairn {
namespace {

constexpr std::size_t kDimensions = 24;
// More than a delta holds, so that there are graphs.
constexpr int kDocuments = 9000;
using Floats = std::vector<float>;

struct Hit {
  int id = 0;
  double score = 0;
  Floats vector;
};

class VectorSearchTest : public IndexTest {
 protected:
  static Floats random_vector(std::mt19937& random) {
    // Each keeps numbers of its own generator.
    std::normal_distribution<float> normal;
    std::normal_distribution<float> of_centre;
    Floats vector(kDimensions);
    // Clusters: a few directions, with noise.
    const auto cluster = random() % 20;
    std::mt19937 centre(static_cast<unsigned>(cluster));
    for (float& number : vector) number = 3 * of_centre(centre) + normal(random);
    return vector;
  }
  static Document document_of(int id, const Floats& vector) {
    DocumentBuilder out;
    out.append("_id", id).append("g", id % 10).begin_array("v");
    for (const float number : vector) out.push(static_cast<double>(number));
    return out.end().take();
  }
  static double score(const Floats& a, const Floats& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      const double difference = static_cast<double>(a[i]) - static_cast<double>(b[i]);
      sum += difference * difference;
    }
    return static_cast<double>(static_cast<float>(1 / (1 + sum)));
  }

  void put(int id, const Floats& vector) { replace(document_of(id, vector)); }
  void remove(int id) {
    const Document filter = document("_id", id);
    EXPECT_OK(collection().remove({.filter = filter}).status());
  }
  void create_search_index() {
    const Document specification = json(
        R"({"name": "near", "type": "vectorSearch", "definition": {"fields": [
            {"type": "vector", "path": "v", "numDimensions": 24, "similarity": "euclidean"},
            {"type": "filter", "path": "g"}]}})");
    const DocumentView view = specification;
    ASSERT_OK(collection().create_search_indexes({&view, 1}).status());
  }

  std::vector<Hit> search(const Floats& query, int limit, bool exact, DocumentView filter = {}) {
    DocumentBuilder pipeline;
    pipeline.begin_array("pipeline").push_document().begin_document("$vectorSearch");
    pipeline.append("index", "near").append("path", "v").append("limit", limit);
    if (exact) {
      pipeline.append("exact", true);
    } else {
      pipeline.append("numCandidates", 10 * limit);
    }
    pipeline.append("filter", filter).begin_array("queryVector");
    for (const float number : query) pipeline.push(static_cast<double>(number));
    pipeline.end().end().end();
    pipeline.push_document().begin_document("$set").begin_document("score");
    pipeline.append("$meta", "vectorSearchScore").end().end().end().end();
    const Document stages = pipeline.take();
    auto cursor = collection().aggregate(stages["pipeline"].as_document());
    std::vector<Hit> hits;
    EXPECT_OK(cursor.status());
    while (cursor.ok()) {
      auto next = cursor->next();
      EXPECT_OK(next.status());
      if (!next.ok() || !next->has_value()) break;
      Hit hit{.id = static_cast<int>((**next)["_id"].to_int64_clamped()),
              .score = (**next)["score"].to_double(),
              .vector = {}};
      for (const Element& number : (**next)["v"].as_document()) {
        hit.vector.push_back(static_cast<float>(number.value.to_double()));
      }
      hits.push_back(std::move(hit));
    }
    return hits;
  }

  // Distinct documents, the nearest first, each with the score of the vector that it has.
  static void expect_sound_hits(const std::vector<Hit>& hits, const Floats& query) {
    std::map<int, int> seen;
    for (std::size_t i = 0; i < hits.size(); ++i) {
      EXPECT_EQ(++seen[hits[i].id], 1);
      EXPECT_EQ(hits[i].score, score(query, hits[i].vector)) << "of " << hits[i].id;
      if (i > 0) {
        EXPECT_LE(hits[i].score, hits[i - 1].score);
      }
    }
  }

  static std::vector<int> by_hand(const std::map<int, Floats>& documents, const Floats& query,
                                  std::size_t limit, int group) {
    std::vector<std::pair<double, int>> all;
    for (const auto& [id, vector] : documents) {
      if (group < 0 || id % 10 == group) all.emplace_back(-score(query, vector), id);
    }
    std::sort(all.begin(), all.end());
    std::vector<int> ids;
    for (std::size_t i = 0; i < std::min(limit, all.size()); ++i) ids.push_back(all[i].second);
    return ids;
  }
  static std::vector<int> ids_of(const std::vector<Hit>& hits) {
    std::vector<int> ids;
    for (const Hit& hit : hits) ids.push_back(hit.id);
    return ids;
  }

  void expect_all_found(const std::map<int, Floats>& documents, std::mt19937& random) {
    std::size_t common = 0;
    constexpr int kQueries = 20;
    constexpr int kLimit = 10;
    for (int i = 0; i < kQueries; ++i) {
      const Floats query = random_vector(random);
      const std::vector<int> wanted = by_hand(documents, query, kLimit, -1);
      EXPECT_EQ(ids_of(search(query, kLimit, true)), wanted);
      const std::vector<Hit> near = search(query, kLimit, false);
      expect_sound_hits(near, query);
      EXPECT_EQ(near.size(), wanted.size());
      for (const Hit& hit : near) {
        common += static_cast<std::size_t>(std::count(wanted.begin(), wanted.end(), hit.id));
      }
      EXPECT_EQ(ids_of(search(query, kLimit, true, document("g", 3))),
                by_hand(documents, query, kLimit, 3));
      EXPECT_EQ(search(query, kLimit, false, document("g", 3)).size(), kLimit);
    }
    EXPECT_GE(common, kQueries * kLimit * 95 / 100);
  }

  void run(const std::string& path) {
    std::mt19937 random(11);
    std::map<int, Floats> documents;
    for (int id = 0; id < kDocuments; ++id) documents[id] = random_vector(random);
    for (int from = 0; from < kDocuments; from += 1000) {
      std::vector<Document> made;
      for (int id = from; id < from + 1000; ++id) made.push_back(document_of(id, documents[id]));
      const std::vector<DocumentView> views(made.begin(), made.end());
      ASSERT_OK(collection().insert(views).status());
    }
    create_search_index();
    expect_all_found(documents, random);
    write_and_search(documents);
    expect_all_found(documents, random);
    expect_sound();
    if (path.empty()) return;
    database_.reset();
    open(path, {});
    expect_all_found(documents, random);  // perhaps before the graph is there
    wait_for_segments(path);
    expect_all_found(documents, random);
  }

  static void wait_for_segments(const std::string& path) {
    for (int i = 0; i < 600; ++i) {
      for (const auto& file : std::filesystem::directory_iterator(path + "/vectors")) {
        if (file.path().extension() == ".segment") return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    ADD_FAILURE() << "no graph was built";
  }

  // Each writer has documents of its own, and finds every change of them at once.
  void write_and_search(std::map<int, Floats>& documents) {
    constexpr int kWriters = 3;
    constexpr int kRounds = 250;
    std::vector<std::map<int, Floats>> changed(kWriters);
    std::vector<std::vector<int>> removed(kWriters);
    std::vector<std::jthread> threads;
    for (int writer = 0; writer < kWriters; ++writer) {
      threads.emplace_back([&, writer] {
        std::mt19937 random(static_cast<unsigned>(100 + writer));
        for (int round = 0; round < kRounds; ++round) {
          const int id =
              static_cast<int>(random() % (kDocuments + 500)) / kWriters * kWriters + writer;
          const Floats vector = random_vector(random);
          put(id, vector);
          changed[static_cast<std::size_t>(writer)][id] = vector;
          std::vector<Hit> hits = search(vector, 3, round % 2 == 0);
          expect_sound_hits(hits, vector);
          ASSERT_FALSE(hits.empty());
          EXPECT_EQ(hits.front().id, id);
          if (round % 3 != 0) continue;
          remove(id);
          changed[static_cast<std::size_t>(writer)].erase(id);
          removed[static_cast<std::size_t>(writer)].push_back(id);
          hits = search(vector, 3, round % 2 == 0);
          expect_sound_hits(hits, vector);
          for (const Hit& hit : hits) EXPECT_NE(hit.id, id);
        }
      });
    }
    threads.clear();
    for (int writer = 0; writer < kWriters; ++writer) {
      for (const int id : removed[static_cast<std::size_t>(writer)]) documents.erase(id);
      for (auto& [id, vector] : changed[static_cast<std::size_t>(writer)]) documents[id] = vector;
    }
  }
};

TEST_F(VectorSearchTest, InMemory) { run(""); }

TEST_F(VectorSearchTest, ThroughTheLibrary) {
  std::mt19937 random(5);
  std::map<int, Floats> documents;
  for (int id = 0; id < 50; ++id) put(id, documents[id] = random_vector(random));
  create_search_index();
  const Floats query = random_vector(random);
  const Document filter = document("g", 3);
  auto found = collection().vector_search(
      query, {.index = "near", .path = "v", .limit = 3, .filter = filter});
  ASSERT_OK(found.status());
  ASSERT_EQ(found->size(), 3U);
  const std::vector<int> wanted = by_hand(documents, query, 3, 3);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_EQ((*found)[i].document["_id"].to_int64_clamped(), wanted[i]);
    EXPECT_EQ(static_cast<double>((*found)[i].score), score(query, documents[wanted[i]]));
  }
  found = collection().vector_search(std::span(query).first(3), {.index = "near", .path = "v"});
  EXPECT_EQ(found.status().code(), ErrorCode::kUnknownError);
}

TEST_F(VectorSearchTest, OnDisk) {
  const std::string path = temporary_path("cairn-vector-search-test");
  std::filesystem::remove_all(path);
  open(path, {});
  run(path);
  database_.reset();
  std::filesystem::remove_all(path);
}

}  // namespace
}  // namespace cairn
