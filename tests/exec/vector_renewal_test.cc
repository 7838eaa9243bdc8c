// Vector search indexes of a database that an earlier version has written: those with filters are
// built anew when it is opened, once.
#include "engine/catalog/catalog.h"
#include "engine/exec/vector_manifest.h"
#include "engine/records/vector_log.h"
#include "engine/storage/storage.h"
#include "tests/records/database.h"

#include <chrono>
#include <filesystem>
#include <thread>
#include <vector>

namespace cairn {
namespace {

class VectorRenewalTest : public IndexTest {
 protected:
  void SetUp() override {
    path_ = temporary_path("cairn-vector-renewal-test");
    std::filesystem::remove_all(path_);
    open(path_, {});
    ASSERT_OK(insert(R"({"_id": 1, "v": [1, 0], "tag": "a"})"));
    ASSERT_OK(insert(R"({"_id": 2, "v": [0, 1], "tag": "b"})"));
    make_index(R"({"name": "filtered", "type": "vectorSearch", "definition": {"fields": [
        {"type": "vector", "path": "v", "numDimensions": 2, "similarity": "cosine"},
        {"type": "filter", "path": "tag"}]}})");
    make_index(R"({"name": "plain", "type": "vectorSearch", "definition": {"fields": [
        {"type": "vector", "path": "v", "numDimensions": 2, "similarity": "cosine"}]}})");
    database_.reset();
  }
  void TearDown() override {
    database_.reset();
    std::filesystem::remove_all(path_);
  }

  void make_index(std::string_view specification) {
    const Document given = json(specification);
    const DocumentView view = given;
    ASSERT_OK(collection().create_search_indexes({&view, 1}).status());
  }

  // The indexes as they were before: without rows of filters, and without a word on them.
  void age() {
    auto storage = Storage::open(path_, {});
    ASSERT_OK(storage.status());
    WriteUnit unit;
    for (Keyspace keyspace = 1; keyspace < 100; ++keyspace) {
      std::string lower;
      records::append_vector_filter(lower, keyspace, {});
      std::string upper = lower;
      ++upper.back();
      KeyCursor rows = (*storage)->latest().scan(Family::kAux, {lower, upper});
      for (rows.seek_first(); rows.valid(); rows.next()) unit.remove(Family::kAux, rows.key());
      ASSERT_OK(rows.status());
    }
    EXPECT_FALSE(unit.empty());
    ASSERT_OK((*storage)->commits().commit(unit).status());
    {
      auto catalog = Catalog::load(**storage);
      ASSERT_OK(catalog.status());
      const Catalog::Change older = [](const CollectionRef& now) {
        Catalog::Alteration altered{.definition = now->definition(),
                                    .command = document("collMod", "c")};
        for (IndexDefinition& index : altered.definition.search_indexes) {
          DocumentBuilder spec;
          for (const Element& field : index.spec) {
            if (field.name != "filterRows") spec.append(field.name, field.value);
          }
          index.spec = spec.take();
        }
        return Result<std::optional<Catalog::Alteration>>(std::move(altered));
      };
      ASSERT_OK((*catalog)->alter({"t", "c"}, older).status());
    }
    ASSERT_OK((*storage)->close());
  }

  // Whether all indexes of the closed store have segments.
  bool kept() const {
    auto storage = Storage::open(path_, {.read_only = true});
    EXPECT_OK(storage.status());
    int manifests = 0;
    for (Keyspace keyspace = 1; storage.ok() && keyspace < 100; ++keyspace) {
      const auto manifest = exec::read_manifest((*storage)->latest(), keyspace);
      manifests += manifest.ok() && *manifest ? 1 : 0;
    }
    return manifests == 2;
  }
  void close_when_kept() {
    for (int i = 1; i < 20; ++i) {
      if (database_ == nullptr) open(path_, {});
      std::this_thread::sleep_for(std::chrono::milliseconds(300 * i));
      database_.reset();
      if (kept()) return;
    }
    ADD_FAILURE() << "no segments were kept";
  }

  std::int64_t version(std::string_view index) {
    const Document stages = json(R"({"stages": [{"$listSearchIndexes": {}}]})");
    auto cursor = collection().aggregate(stages["stages"].as_document());
    EXPECT_OK(cursor.status());
    while (cursor.ok()) {
      auto next = cursor->next();
      EXPECT_OK(next.status());
      if (!next.ok() || !next->has_value()) break;
      const DocumentView row = **next;
      if (row["name"].as_string() != index) continue;
      return row["latestDefinitionVersion"].as_document()["version"].to_int64_clamped();
    }
    return -1;
  }

  std::string path_;
};

TEST_F(VectorRenewalTest, IndexesWithFiltersAreBuiltAnewOnce) {
  age();
  for (int round = 0; round < 2; ++round) {
    open(path_, {});
    EXPECT_EQ(version("filtered"), 1);
    EXPECT_EQ(version("plain"), 0);
    expect_sound();
    database_.reset();
  }
}

// Then they cannot be built anew, and what is in memory of them knows nothing of filters.
TEST_F(VectorRenewalTest, ReadOnlyTheyAreFilteredByTheDocuments) {
  open(path_, {});
  std::vector<Document> more;
  for (int id = 3; id < 1000; ++id) {
    more.push_back(
        document("_id", id, "v", array(1.0, 0.001 * id), "tag", id % 100 == 0 ? "b" : "a"));
  }
  const std::vector<DocumentView> views(more.begin(), more.end());
  ASSERT_OK(collection().insert(views).status());
  close_when_kept();
  age();
  open(path_, {.read_only = true});
  const Document stages = json(R"({"stages": [{"$vectorSearch": {"index": "filtered", "path": "v",
      "queryVector": [1, 0], "numCandidates": 20, "limit": 3, "filter": {"tag": "b"}}}]})");
  auto cursor = collection().aggregate(stages["stages"].as_document());
  ASSERT_OK(cursor.status());
  for (const int id : {100, 200, 300}) {
    auto next = cursor->next();
    ASSERT_OK(next.status());
    ASSERT_TRUE(next->has_value());
    EXPECT_EQ((**next)["_id"].to_int64_clamped(), id);
  }
}

TEST_F(VectorRenewalTest, ThoseOfThisVersionAreLeftAlone) {
  open(path_, {});
  EXPECT_EQ(version("filtered"), 0);
}

}  // namespace
}  // namespace cairn
