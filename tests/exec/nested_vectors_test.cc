// Nested vectors against a model: what is found is what comparing every element gives, while arrays
// grow and shrink, with filters, and after the database was closed and opened again.
#include "tests/records/database.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <random>
#include <thread>
#include <utility>
#include <vector>

namespace cairn {
namespace {

constexpr std::size_t kDimensions = 16;
// Twice as many elements on average: more than a delta holds, so that there are graphs.
constexpr int kDocuments = 3000;
constexpr std::size_t kLimit = 10;
constexpr std::size_t kMostElements = 6;
using Floats = std::array<float, kDimensions>;

struct Part {
  int kind = 0;
  std::optional<Floats> vector;
};

class NestedVectorsTest : public IndexTest {
 protected:
  void SetUp() override {
    path_ = temporary_path("cairn-nested-vectors-test");
    std::filesystem::remove_all(path_);
    open(path_, {});
    for (int id = 0; id < kDocuments; ++id) model_[id] = random_parts();
    std::vector<Document> made;
    for (const auto& [id, parts] : model_) made.push_back(document_of(id, parts));
    const std::vector<DocumentView> views(made.begin(), made.end());
    ASSERT_OK(collection().insert(views).status());
    const Document specification = json(
        R"({"name": "near", "type": "vectorSearch", "definition": {"nestedRoot": "parts", "fields": [
            {"type": "vector", "path": "parts.v", "numDimensions": 16, "similarity": "euclidean"},
            {"type": "filter", "path": "parts.kind"}, {"type": "filter", "path": "g"}]}})");
    const DocumentView view = specification;
    ASSERT_OK(collection().create_search_indexes({&view, 1}).status());
  }
  void TearDown() override {
    database_.reset();
    std::filesystem::remove_all(path_);
  }

  Floats random_vector() {
    std::normal_distribution<float> normal;
    Floats vector;
    for (float& number : vector) number = normal(random_);
    return vector;
  }
  std::vector<Part> random_parts() {
    std::vector<Part> parts(random_() % kMostElements);
    for (Part& part : parts) {
      part.kind = static_cast<int>(random_() % 3);
      if (random_() % 8 != 0) part.vector = random_vector();
    }
    return parts;
  }
  static Document document_of(int id, const std::vector<Part>& parts) {
    DocumentBuilder out;
    out.append("_id", id).append("g", id % 4).begin_array("parts");
    for (const Part& part : parts) {
      out.push_document().append("kind", part.kind);
      if (part.vector) {
        out.begin_array("v");
        for (const float number : *part.vector) out.push(static_cast<double>(number));
        out.end();
      }
      out.end();
    }
    return out.end().take();
  }

  static float score(const Floats& a, const Floats& b) {
    double sum = 0;
    for (std::size_t i = 0; i < kDimensions; ++i) {
      const double difference = static_cast<double>(a[i]) - static_cast<double>(b[i]);
      sum += difference * difference;
    }
    return static_cast<float>(1 / (1 + sum));
  }

  struct Asked {
    NestedScoreMode mode = NestedScoreMode::kMax;
    bool exact = true;
    int kind = -1;   // of elements; -1: any
    int group = -1;  // of documents
  };
  using Found = std::vector<std::pair<int, float>>;

  Found by_hand(const Floats& query, const Asked& asked) const {
    Found all;
    for (const auto& [id, parts] : model_) {
      if (asked.group >= 0 && id % 4 != asked.group) continue;
      double sum = 0;
      float best = -1;
      int count = 0;
      for (const Part& part : parts) {
        if (!part.vector || (asked.kind >= 0 && part.kind != asked.kind)) continue;
        const float one = score(query, *part.vector);
        best = std::max(best, one);
        sum += static_cast<double>(one);
        ++count;
      }
      if (count == 0) continue;
      const bool max = asked.mode == NestedScoreMode::kMax;
      all.emplace_back(id, max ? best : static_cast<float>(sum / count));
    }
    std::ranges::stable_sort(all, [](const auto& a, const auto& b) { return a.second > b.second; });
    if (all.size() > kLimit) all.resize(kLimit);
    return all;
  }

  Found search(const Floats& query, const Asked& asked) {
    const Document filter = document("parts.kind", asked.kind);
    const Document parents = document("g", asked.group);
    const auto hits = collection().vector_search(
        query, {.index = "near",
                .path = "parts.v",
                .limit = kLimit,
                .candidates = 200,
                .exact = asked.exact,
                .filter = asked.kind >= 0 ? filter.view() : DocumentView(),
                .parent_filter = asked.group >= 0 ? parents.view() : DocumentView(),
                .nested_score = asked.mode});
    EXPECT_OK(hits.status());
    Found found;
    if (!hits.ok()) return found;
    for (const ScoredDocument& hit : *hits) {
      found.emplace_back(static_cast<int>(hit.document["_id"].to_int64_clamped()), hit.score);
    }
    return found;
  }

  // Searches compare every element until then, which is right, but not what is tested here.
  void wait_for_graph() {
    for (int i = 0; i < 1200; ++i) {
      search(random_vector(), {});
      const Document index = collection().search_indexes().front();
      const DocumentView detail = index["statusDetail"].as_document().begin()->value.as_document();
      const DocumentView memory = detail["mainIndex"].as_document()["memory"].as_document();
      if (memory["filled"].truthy() && memory["segments"].to_int64_clamped() > 0) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    ADD_FAILURE() << "no graph was built";
  }

  void expect_found() {
    constexpr int kQueries = 10;
    std::size_t common = 0;
    for (int i = 0; i < kQueries; ++i) {
      const Floats query = random_vector();
      for (const NestedScoreMode mode : {NestedScoreMode::kMax, NestedScoreMode::kAvg}) {
        for (const int kind : {-1, 1}) {
          for (const int group : {-1, 2}) {
            const Asked asked{.mode = mode, .kind = kind, .group = group};
            EXPECT_EQ(search(query, asked), by_hand(query, asked));
          }
        }
      }
      const Found wanted = by_hand(query, {});
      const Found near = search(query, {.exact = false});
      EXPECT_EQ(near.size(), kLimit);
      for (const auto& hit : near)
        common += static_cast<std::size_t>(std::ranges::count(wanted, hit));
      EXPECT_EQ(search(query, {.exact = false, .kind = 0, .group = 3}).size(), kLimit);
    }
    EXPECT_GE(common, kQueries * kLimit * 9 / 10);
  }

  std::string path_;
  std::mt19937 random_{5};
  std::map<int, std::vector<Part>> model_;
};

TEST_F(NestedVectorsTest, AreFoundWhileTheyChangeAndAfterARestart) {
  wait_for_graph();
  expect_found();
  for (int i = 0; i < 600; ++i) {
    const int id = static_cast<int>(random_() % (kDocuments + 100));
    if (random_() % 4 == 0) {
      model_.erase(id);
      const Document filter = document("_id", id);
      EXPECT_OK(collection().remove({.filter = filter}).status());
    } else {
      model_[id] = random_parts();
      replace(document_of(id, model_[id]));
    }
  }
  expect_found();
  expect_sound();
  database_.reset();
  open(path_, {});
  expect_found();  // perhaps before the graph is there
  wait_for_graph();
  expect_found();
  expect_sound();
}

TEST_F(NestedVectorsTest, AFewDocumentsWithManyNearElementsLeaveRoomForOthers) {
  // More elements around the query than candidates, all of one document.
  const Floats query = random_vector();
  std::vector<Part> many(500, Part{.kind = 0, .vector = query});
  model_[kDocuments] = many;
  replace(document_of(kDocuments, many));
  wait_for_graph();
  const Found wanted = by_hand(query, {});
  const Found found = search(query, {.exact = false});
  ASSERT_EQ(found.size(), kLimit);
  EXPECT_EQ(found.front(), std::pair(kDocuments, 1.0F));
  EXPECT_EQ(search(query, {}), wanted);
}

}  // namespace
}  // namespace cairn
