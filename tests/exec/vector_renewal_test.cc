// Vector search indexes of a database that an earlier version has written: those with filters are
// built anew when it is opened, once.
#include "engine/catalog/catalog.h"
#include "engine/storage/storage.h"
#include "tests/records/database.h"

#include <filesystem>

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

  // The definitions as they were before: without a word on rows of filters.
  void age() {
    auto storage = Storage::open(path_, {});
    ASSERT_OK(storage.status());
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

TEST_F(VectorRenewalTest, ThoseOfThisVersionAreLeftAlone) {
  open(path_, {});
  EXPECT_EQ(version("filtered"), 0);
}

}  // namespace
}  // namespace cairn
