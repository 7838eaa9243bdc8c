#include "engine/catalog/catalog.h"

#include "tests/storage/scratch.h"

namespace cairn {
namespace {

std::unique_ptr<Catalog> load(Storage& storage) {
  auto catalog = Catalog::load(storage);
  EXPECT_TRUE(catalog.ok()) << catalog.status().to_string();
  return std::move(*catalog);
}

std::vector<std::string> names(const Catalog& catalog, std::string_view database) {
  std::vector<std::string> all;
  for (const auto& one : catalog.collections(database)) all.emplace_back(one->name().collection);
  return all;
}

class CatalogTest : public testing::Test {
 protected:
  std::unique_ptr<Storage> storage_ = open_in_memory();
  std::unique_ptr<Catalog> catalog_ = load(*storage_);

  void put(const CollectionEntry& collection, RecordId id) {
    WriteUnit unit;
    unit.put(Family::kDoc, RecordKey(collection.keyspace(), id), "doc");
    unit.count(collection.counters(), {.documents = 1, .bytes = 3, .highest_record_id = id});
    ASSERT_TRUE(storage_->commits().commit(unit).ok());
  }
};

TEST_F(CatalogTest, CreatesWithAnIdIndexAndAFreshUuid) {
  const auto a = catalog_->create({"db", "a"});
  const auto b = catalog_->create({"db", "b"});
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ((*a)->name().database, "db");
  EXPECT_EQ((*a)->name().collection, "a");
  ASSERT_NE((*a)->id_index(), nullptr);
  EXPECT_EQ((*a)->id_index()->name, "_id_");
  EXPECT_EQ((*a)->id_index()->spec, document("v", 2, "key", document("_id", 1), "name", "_id_"));
  EXPECT_NE((*a)->uuid(), (*b)->uuid());
  EXPECT_EQ((*a)->uuid()[6] >> 4, 4);
  EXPECT_EQ(catalog_->find("db.a"), *a);
  EXPECT_EQ(catalog_->find(Namespace{"db", "a"}), *a);
  EXPECT_EQ(catalog_->find((*a)->uuid()), *a);
  EXPECT_EQ(catalog_->find("db.c"), nullptr);
  EXPECT_EQ(catalog_->create({"db", "a"}).status().code(), ErrorCode::kNamespaceExists);
}

TEST_F(CatalogTest, ADatabaseThatDiffersInCaseIsRefused) {
  ASSERT_TRUE(catalog_->create({"Shop", "a"}).ok());
  EXPECT_EQ(catalog_->create({"shop", "a"}).status().code(), ErrorCode::kDatabaseDifferCase);
  ASSERT_TRUE(catalog_->drop({"Shop", "a"}).ok());
  EXPECT_TRUE(catalog_->create({"shop", "a"}).ok());
}

TEST_F(CatalogTest, DropsAndStartsAfresh) {
  const CollectionRef first = *catalog_->create({"db", "a"});
  put(*first, 1);
  EXPECT_FALSE(first->dropped());
  EXPECT_EQ(catalog_->drop({"db", "a"})->indexes, 1U);
  EXPECT_TRUE(first->dropped());
  EXPECT_EQ(catalog_->find("db.a"), nullptr);
  EXPECT_FALSE(catalog_->database_exists("db"));
  EXPECT_EQ(catalog_->drop({"db", "a"}).status().code(), ErrorCode::kNamespaceNotFound);
  const CollectionRef second = *catalog_->create({"db", "a"});
  EXPECT_GT(second->keyspace(), first->keyspace());
  EXPECT_EQ(second->counters().documents(), 0);
}

TEST_F(CatalogTest, DropsADatabaseWhole) {
  for (const char* name : {"a", "b", "c"}) ASSERT_TRUE(catalog_->create({"db", name}).ok());
  ASSERT_TRUE(catalog_->create({"other", "a"}).ok());
  EXPECT_EQ(*catalog_->drop_database("db"), 3U);
  EXPECT_EQ(*catalog_->drop_database("db"), 0U);
  EXPECT_EQ(catalog_->databases(), std::vector<std::string>{"other"});
  EXPECT_EQ(catalog_->size(), 1U);
}

TEST_F(CatalogTest, RenamesKeepDataAndUuid) {
  const CollectionRef a = *catalog_->create({"db", "a"});
  put(*a, 1);
  const CollectionRef target = *catalog_->create({"two", "b"});
  EXPECT_EQ(catalog_->rename({"db", "a"}, {"two", "b"}).code(), ErrorCode::kNamespaceExists);
  EXPECT_EQ(catalog_->rename({"db", "x"}, {"db", "y"}).code(), ErrorCode::kNamespaceNotFound);
  EXPECT_EQ(catalog_->rename({"db", "a"}, {"db", "a"}).code(), ErrorCode::kIllegalOperation);
  ASSERT_OK(catalog_->rename({"db", "a"}, {"two", "b"}, {.drop_target = true}));
  const CollectionRef renamed = catalog_->find("two.b");
  ASSERT_NE(renamed, nullptr);
  EXPECT_EQ(renamed->uuid(), a->uuid());
  EXPECT_EQ(renamed->keyspace(), a->keyspace());
  EXPECT_EQ(renamed->counters().documents(), 1);
  EXPECT_FALSE(a->dropped());
  EXPECT_TRUE(target->dropped());
  EXPECT_EQ(catalog_->find("db.a"), nullptr);
  EXPECT_TRUE(catalog_->lease({"two", "b"}).ok());
}

TEST_F(CatalogTest, RedefiningDropsTheKeyspacesOfIndexesThatAreGone) {
  const CollectionRef a = *catalog_->create({"db", "a"});
  CollectionDefinition with = a->definition();
  with.indexes.push_back({.name = "x_1",
                          .keyspace = *storage_->keyspaces().allocate(),
                          .spec = document("v", 2, "key", document("x", 1), "name", "x_1"),
                          .state = IndexState::kBuilding});
  ASSERT_TRUE(catalog_->redefine(a, with, document("createIndexes", "a")).ok());
  EXPECT_NE(catalog_->find("db.a")->find_index("x_1"), nullptr);
  EXPECT_FALSE(a->dropped());
  EXPECT_EQ(storage_->keyspaces().pending(), 0U);
  ASSERT_TRUE(
      catalog_->redefine(catalog_->find("db.a"), a->definition(), document("dropIndexes", "a"))
          .ok());
  EXPECT_EQ(catalog_->find("db.a")->find_index("x_1"), nullptr);
  EXPECT_EQ(storage_->keyspaces().pending(), 1U);
}

TEST_F(CatalogTest, EveryChangeHasItsOplogRow) {
  ASSERT_TRUE(catalog_->create({"db", "a"}, {.options = document("capped", true)}).ok());
  ASSERT_TRUE(catalog_->create({"db", "v"}, {.options = document("viewOn", "a")}).ok());
  ASSERT_OK(catalog_->rename({"db", "a"}, {"db", "b"}));
  ASSERT_TRUE(catalog_->drop_database("db").ok());
  std::vector<std::string> commands;
  const OplogRows oplog = read_oplog(storage_->latest());
  for (const ChangeRow& row : oplog.rows) {
    EXPECT_EQ(row.change.kind, ChangeKind::kCommand);
    EXPECT_EQ(row.change.name, "db.$cmd");
    const auto command = Document::from_bytes(row.change.document);
    ASSERT_TRUE(command.ok());
    commands.emplace_back(command->begin()->name);
  }
  EXPECT_EQ(commands, (std::vector<std::string>{"create", "create", "renameCollection", "drop",
                                                "drop", "dropDatabase"}));
}

TEST(Catalog, ComesBackAfterReopening) {
  const ScratchDirectory scratch;
  Uuid uuid;
  {
    auto storage = open_storage(scratch.path());
    auto catalog = load(*storage);
    const Document clustered = document("clusteredIndex", document("key", 1));
    uuid = (*catalog->create({"db", "a.b"}, {.options = document("capped", true, "size", 4096)}))
               ->uuid();
    ASSERT_TRUE(catalog->create({"db", "clustered"}, {.options = clustered}).ok());
    ASSERT_TRUE(catalog->create({"db", "view"}, {.options = document("viewOn", "a.b")}).ok());
    ASSERT_TRUE(catalog->create({"db", "gone"}).ok());
    ASSERT_TRUE(catalog->drop({"db", "gone"}).ok());
  }
  auto storage = open_storage(scratch.path());
  auto catalog = load(*storage);
  EXPECT_EQ(names(*catalog, "db"), (std::vector<std::string>{"a.b", "clustered", "view"}));
  const CollectionRef a = catalog->find("db.a.b");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->uuid(), uuid);
  EXPECT_EQ(a->definition().options, document("capped", true, "size", 4096));
  ASSERT_NE(a->id_index(), nullptr);
  EXPECT_EQ(a->id_index()->keyspace, a->keyspace() + 1);
  EXPECT_TRUE(catalog->find("db.clustered")->definition().clustered);
  EXPECT_EQ(catalog->find("db.clustered")->id_index(), nullptr);
  EXPECT_TRUE(catalog->find("db.view")->definition().view);
  EXPECT_EQ(storage->keyspaces().pending(), 2U);
  // A new collection gets keyspaces that no earlier one ever had.
  EXPECT_GT((*catalog->create({"db", "new"}))->keyspace(), a->keyspace() + 6);
}

TEST(Catalog, ADamagedRowIsNamed) {
  CollectionDefinition definition;
  const std::string good = encode_collection(definition);
  ASSERT_TRUE(decode_collection("Cdb", good).ok());
  EXPECT_FALSE(decode_collection("Cdb", good.substr(0, good.size() / 2)).ok());
  EXPECT_FALSE(decode_collection("Cdb", "").ok());
  EXPECT_FALSE(decode_collection("Cdb", std::string(64, '\xFF')).ok());
}

}  // namespace
}  // namespace cairn
