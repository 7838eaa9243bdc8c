// Filters of $vectorSearch find what `find` finds by the same filter, whatever the documents look
// like, at once after every write and after a restart; and approximate search keeps its recall.
#include "tests/records/database.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <thread>

namespace cairn {
namespace {

using Floats = std::vector<float>;

class VectorFilterTest : public IndexTest {
 protected:
  void create_search_index(std::string_view method) {
    const Document specification = json(
        R"({"name": "near", "type": "vectorSearch", "definition": {"fields": [
            {"type": "vector", "path": "v", "numDimensions": 4, "similarity": "euclidean",
             "indexingMethod": ")" +
        std::string(method) +
        R"("}, {"type": "filter", "path": "g"}, {"type": "filter", "path": "a.b"},
            {"type": "filter", "path": "a.0.c"}, {"type": "filter", "path": "n"}]}})");
    const DocumentView view = specification;
    ASSERT_OK(collection().create_search_indexes({&view, 1}).status());
  }

  std::size_t pick(std::size_t count) { return random_() % count; }

  void append_scalar(DocumentBuilder& out, std::string_view name) {
    switch (pick(8)) {
      case 0:
        out.append(name, static_cast<int>(pick(4)));
        break;
      case 1:
        out.append(name, static_cast<double>(pick(4)));
        break;
      case 2:
        out.append(name, std::string(1, static_cast<char>('a' + pick(3))));
        break;
      case 3:
        out.append(name, pick(2) == 0);
        break;
      case 4:
        out.append_null(name);
        break;
      case 5:
        out.append(name, static_cast<std::int64_t>(pick(4)));
        break;
      default:
        out.append(name, static_cast<int>(pick(3)));
    }
  }
  void append_inner(DocumentBuilder& out, std::string_view name) {
    out.begin_document(name);
    if (pick(3) != 0) append_scalar(out, "b");
    if (pick(3) == 0) append_scalar(out, "c");
    if (pick(5) == 0) out.append("b2", 1);
    out.end();
  }
  // Scalars, arrays, documents, arrays of both, or nothing.
  void append_any(DocumentBuilder& out, std::string_view name) {
    switch (pick(7)) {
      case 0:
        return;
      case 1:
      case 2:
        return append_scalar(out, name);
      case 3:
        return append_inner(out, name);
      default: {
        out.begin_array(name);
        const std::size_t count = pick(4);
        for (std::size_t i = 0; i < count; ++i) {
          const std::string number = std::to_string(i);
          if (pick(2) == 0) {
            append_scalar(out, number);
          } else {
            append_inner(out, number);
          }
        }
        out.end();
      }
    }
  }
  Document random_document(int id) {
    DocumentBuilder out;
    out.append("_id", id);
    if (pick(20) != 0) {
      out.begin_array("v");
      for (int i = 0; i < 4; ++i) out.push(static_cast<double>(pick(1000)));
      out.end();
    }
    append_any(out, "g");
    append_any(out, "a");
    if (pick(4) != 0) out.append("n", static_cast<int>(pick(50)));
    out.append("other", static_cast<int>(pick(1000)));
    return out.take();
  }

  void append_condition(DocumentBuilder& out, std::string_view path) {
    constexpr std::string_view kComparisons[] = {"$eq", "$ne", "$gt", "$gte", "$lt", "$lte"};
    switch (pick(5)) {
      case 0:
        return append_scalar(out, path);
      case 1:
        out.begin_document(path).append("$exists", pick(2) == 0).end();
        return;
      case 2:
        out.begin_document(path).begin_array(pick(2) == 0 ? "$in" : "$nin");
        out.push(static_cast<int>(pick(4))).push(static_cast<int>(pick(4))).end().end();
        return;
      case 3:
        out.begin_document(path).begin_document("$not");
        append_scalar(out, kComparisons[pick(6)]);
        out.end().end();
        return;
      default:
        out.begin_document(path);
        append_scalar(out, kComparisons[pick(6)]);
        out.end();
    }
  }
  Document random_filter(int depth) {
    constexpr std::string_view kPaths[] = {"g", "a.b", "a.0.c", "n"};
    DocumentBuilder out;
    const bool list = depth > 0 && pick(2) == 0;
    if (list) {
      constexpr std::string_view kLists[] = {"$and", "$or", "$nor"};
      out.begin_array(kLists[pick(3)]);
      const std::size_t count = 1 + pick(3);
      for (std::size_t i = 0; i < count; ++i) out.push(random_filter(depth - 1));
      out.end();
    }
    if (!list || pick(2) == 0) append_condition(out, kPaths[pick(4)]);
    return out.take();
  }

  std::set<int> searched(DocumentView filter, bool exact) {
    DocumentBuilder pipeline;
    pipeline.begin_array("pipeline").push_document().begin_document("$vectorSearch");
    pipeline.append("index", "near").append("path", "v").append("limit", 5000);
    if (exact) {
      pipeline.append("exact", true);
    } else {
      pipeline.append("numCandidates", 5000);
    }
    pipeline.append("filter", filter).begin_array("queryVector");
    for (int i = 0; i < 4; ++i) pipeline.push(static_cast<double>(pick(1000)));
    pipeline.end().end().end().end();
    const Document stages = pipeline.take();
    return ids(collection().aggregate(stages["pipeline"].as_document()));
  }
  std::set<int> found(DocumentView filter) {
    const Document all =
        document("$and", array(document("v", document("$exists", true)), Document(filter)));
    return ids(collection().find(all));
  }
  static std::set<int> ids(Result<Cursor> cursor) {
    std::set<int> all;
    EXPECT_OK(cursor.status());
    while (cursor.ok()) {
      auto next = cursor->next();
      EXPECT_OK(next.status());
      if (!next.ok() || !next->has_value()) break;
      const auto id = static_cast<int>((**next)["_id"].to_int64_clamped());
      EXPECT_TRUE(all.insert(id).second) << id;
    }
    return all;
  }

  void expect_same(int filters) {
    for (int i = 0; i < filters; ++i) {
      const Document filter = random_filter(2);
      EXPECT_EQ(searched(filter, i % 2 == 0), found(filter)) << to_json(filter);
    }
  }

  void write_some() {
    for (int i = 0; i < 20; ++i) {
      const int id = static_cast<int>(pick(1100));
      switch (pick(4)) {
        case 0: {
          const Document filter = document("_id", id);
          EXPECT_OK(collection().remove({.filter = filter}).status());
          break;
        }
        case 1:
          replace(random_document(id));
          break;
        case 2:
          EXPECT_OK(update(R"({"_id": )" + std::to_string(id) + "}", R"({"$unset": {"a": 1}})"));
          break;
        default:  // the vector stays
          EXPECT_OK(update(R"({"_id": )" + std::to_string(id) + "}",
                           R"({"$set": {"n": )" + std::to_string(pick(50)) + "}}"));
      }
    }
  }

  void run(std::string_view method) {
    const std::string path = temporary_path("cairn-vector-filter-test");
    std::filesystem::remove_all(path);
    open(path, {});
    for (int id = 0; id < 1000; ++id) replace(random_document(id));
    create_search_index(method);
    expect_same(10);  // perhaps by the documents
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    expect_same(60);
    for (int round = 0; round < 15; ++round) {
      write_some();
      expect_same(8);
    }
    expect_sound();
    database_.reset();
    open(path, {});
    expect_same(40);
    expect_sound();
    database_.reset();
    std::filesystem::remove_all(path);
  }

  std::mt19937 random_{21};
};

TEST_F(VectorFilterTest, AsFindWithAGraph) { run("hnsw"); }

TEST_F(VectorFilterTest, AsFindWithoutAGraph) { run("flat"); }

}  // namespace
}  // namespace cairn
