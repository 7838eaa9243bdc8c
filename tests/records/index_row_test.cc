// Golden bytes of index entries (engine/storage/FORMAT.md), and reading them back. A test that
// fails here says: existing indexes can no longer be read.
#include "tests/records/database.h"

#include "engine/bson/hex.h"
#include "engine/catalog/collection.h"
#include "engine/records/index_row.h"
#include "engine/records/keys/index_keys.h"

namespace cairn::records {
namespace {

std::string hex(std::string_view bytes) {
  return encode_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

// A collection of keyspace 7 with one index of keyspace 9.
class OneIndex {
 public:
  OneIndex(std::string_view specification, RecordPlace place, bool clustered = false)
      : entry_("t.c", 1, definition(specification, place, clustered), nullptr,
               std::make_shared<CollectionState>()) {}

  const CollectionEntry& collection() const { return entry_; }
  const IndexEntry& index() const { return entry_.index_entries().back(); }
  // Rows of a document with record id 3 (clustered: of the `_id` 1), "key -> value" in hexadecimal.
  std::vector<std::string> rows(std::string_view document) {
    KeySet keys;
    EXPECT_OK(index_keys(index(), json(document), keys));
    std::vector<std::string> rows;
    IndexRowWriter row;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const std::string id = collection().definition().clustered
                                 ? std::string("\x2d\x02\x02", 3)
                                 : std::string("\0\0\0\0\0\0\0\3", 8);
      row.assign(collection(), index(), keys[i], id);
      rows.push_back(hex(row.key()) + " -> " + hex(row.value()));
      const auto back = read_index_row(collection(), index(), row.key(), row.value());
      EXPECT_OK(back.status());
      EXPECT_EQ(back->components, keys[i].key);
      EXPECT_EQ(back->type_bits, keys[i].type_bits);
      EXPECT_EQ(back->record_id, id);
    }
    return rows;
  }

 private:
  static CollectionDefinition definition(std::string_view specification, RecordPlace place,
                                         bool clustered) {
    CollectionDefinition definition{.keyspace = 7, .clustered = clustered};
    if (!clustered) {
      definition.indexes.push_back(
          {.name = "_id_", .keyspace = 8, .spec = json(R"({"v": 2, "key": {"_id": 1}})")});
    }
    definition.indexes.push_back(
        {.name = "x", .keyspace = 9, .spec = json(specification), .record_place = place});
    return definition;
  }

  CollectionEntry entry_;
};

using Rows = std::vector<std::string>;

TEST(IndexRow, RecordInKey) {
  OneIndex a(R"({"key": {"a": 1, "b": -1}})", RecordPlace::kInKey);
  EXPECT_EQ(a.rows(R"({"_id": 1, "a": 5, "b": "x"})"), Rows{"000000092d0ab787ff02"
                                                            "0000000000000003 -> "});
  // An int64: type bits.
  EXPECT_EQ(a.rows(R"({"_id": 1, "a": {"$numberLong": "5"}})"), Rows{"000000092d0ae702"
                                                                     "0000000000000003 -> 01"});
  // An array: one row per element; twice the same is once.
  EXPECT_EQ(a.rows(R"({"_id": 1, "a": [2, 1, 2]})"), (Rows{"000000092d02e702"
                                                           "0000000000000003 -> ",
                                                           "000000092d04e702"
                                                           "0000000000000003 -> "}));
}

TEST(IndexRow, RecordInValue) {
  OneIndex a(R"({"key": {"a": 1}, "unique": true})", RecordPlace::kInValue);
  EXPECT_EQ(a.rows(R"({"_id": 1, "a": 5})"), Rows{"000000092d0a02 -> 0000000000000003"});
  EXPECT_EQ(a.rows(R"({"_id": 1, "a": {"$numberDouble": "5"}})"),
            Rows{"000000092d0a02 -> 000000000000000302"});
  EXPECT_EQ(a.rows(R"({"_id": 1})"), Rows{"000000091802 -> 0000000000000003"});
}

TEST(IndexRow, OfClusteredCollections) {
  OneIndex key(R"({"key": {"a": 1}})", RecordPlace::kInKey, true);
  EXPECT_EQ(key.rows(R"({"_id": 1, "a": 5})"), Rows{"000000092d0a022d0202 -> 00000003"});
  OneIndex value(R"({"key": {"a": 1}})", RecordPlace::kInValue, true);
  EXPECT_EQ(value.rows(R"({"_id": 1, "a": 5})"), Rows{"000000092d0a02 -> 000000032d0202"});
}

TEST(IndexRow, HashedAndWildcard) {
  OneIndex hashed(R"({"key": {"a": "hashed"}})", RecordPlace::kInKey);
  // MongoDB's hash of 1 is 5902408780260971510.
  EXPECT_EQ(hashed.rows(R"({"_id": 1, "a": 1})").size(), 1U);
  OneIndex wildcard(R"({"key": {"$**": 1}})", RecordPlace::kInKey);
  EXPECT_EQ(wildcard.rows(R"({"_id": 1, "a": {"b": 5}})"), Rows{"0000000948612e62002d0a02"
                                                                "0000000000000003 -> "});
}

TEST(IndexRow, MultikeyRows) {
  EXPECT_EQ(hex(Multikey::row_key(9, 1, Multikey::bit(2))), "4d000000090102");
  EXPECT_EQ(hex(Multikey::wildcard_row_key(9, "a.b")), "4d00000009ff612e62");
}

}  // namespace
}  // namespace cairn::records
