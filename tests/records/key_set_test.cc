// Which keys a document has in each kind of index, and which arrays it is found to have.
#include "tests/records/database.h"

#include "engine/catalog/collection.h"
#include "engine/records/keys/index_keys.h"

#include <map>

namespace cairn::records {
namespace {

// The keys of a document, each as relaxed JSON of its values.
class Keys {
 public:
  explicit Keys(std::string_view specification)
      : definition_{.name = "x", .keyspace = 9, .spec = json(specification)},
        index_(definition_, std::make_shared<SharedIndexState>()) {
    EXPECT_OK(index_.broken());
  }

  std::vector<std::string> of(std::string_view document) {
    EXPECT_OK(index_keys(index_, json(document), keys_));
    std::vector<std::string> all;
    for (std::size_t i = 0; i < keys_.size(); ++i) all.push_back(shown(keys_[i]));
    return all;
  }
  Status error(std::string_view document) { return index_keys(index_, json(document), keys_); }
  Multikey::Components arrays(std::size_t field) const { return keys_.arrays(field); }
  const std::vector<std::string>& wildcard_arrays() const { return keys_.wildcard_arrays(); }

 private:
  std::string shown(IndexKey key) const {
    std::vector<KeyField> fields;
    for (std::size_t i = 0; i < index_.fields().size(); ++i) {
      if (index_.wildcard_field() == i) fields.push_back({"path"});
      fields.push_back(index_.key_fields()[i]);
    }
    const auto decoded = decode_key(key.key, key.type_bits, fields);
    EXPECT_OK(decoded.status());
    std::string text;
    for (const Element& value : *decoded) {
      if (!text.empty()) text += ", ";
      text += value.value.type() == BsonType::kUndefined ? "undefined" : to_json(value.value);
    }
    return text;
  }

  IndexDefinition definition_;
  IndexEntry index_;
  KeySet keys_;
};

using All = std::vector<std::string>;

TEST(IndexKeys, Ordered) {
  Keys keys(R"({"key": {"a": 1, "b.c": -1}})");
  EXPECT_EQ(keys.of(R"({"a": 1, "b": {"c": 2}})"), (All{"1, 2"}));
  EXPECT_EQ(keys.of(R"({})"), (All{"null, null"}));
  EXPECT_EQ(keys.of(R"({"a": []})"), (All{"undefined, null"}));
  EXPECT_EQ(keys.of(R"({"a": [1, [2, 3]], "b": {"c": 2}})"), (All{"1, 2", "[2,3], 2"}));
  EXPECT_EQ(keys.arrays(0), 1U);
  EXPECT_EQ(keys.arrays(1), 0U);
  EXPECT_EQ(keys.of(R"({"a": 1, "b": [{"c": 1}, {"c": [3, 2]}]})"), (All{"1, 3", "1, 2", "1, 1"}));
  EXPECT_EQ(keys.arrays(0), 0U);
  EXPECT_EQ(keys.arrays(1), 3U);
  EXPECT_EQ(keys.error(R"({"a": [1], "b": [{"c": 1}]})").code(),
            ErrorCode::kCannotIndexParallelArrays);
}

TEST(IndexKeys, NumbersInPaths) {
  Keys keys(R"({"key": {"a.0": 1}})");
  EXPECT_EQ(keys.of(R"({"a": [5, 6]})"), (All{"5"}));
  EXPECT_EQ(keys.of(R"({"a": {"0": 7}})"), (All{"7"}));
  EXPECT_EQ(keys.error(R"({"a": [{"0": 1}]})").code(), location(16746));
}

TEST(IndexKeys, Sparse) {
  Keys keys(R"({"key": {"a": 1, "b": 1}, "sparse": true})");
  EXPECT_EQ(keys.of(R"({"c": 1})"), All{});
  EXPECT_EQ(keys.of(R"({"b": 1})"), (All{"null, 1"}));
  EXPECT_EQ(keys.of(R"({"a": null})"), (All{"null, null"}));
}

TEST(IndexKeys, Partial) {
  Keys keys(R"({"key": {"a": 1}, "partialFilterExpression": {"b": {"$gt": 5}}})");
  EXPECT_EQ(keys.of(R"({"a": 1})"), All{});
  EXPECT_EQ(keys.of(R"({"a": 1, "b": 6})"), (All{"1"}));
}

TEST(IndexKeys, Hashed) {
  Keys keys(R"({"key": {"a": 1, "b": "hashed"}})");
  EXPECT_EQ(keys.of(R"({"a": 1, "b": 1})"), (All{"1, 5902408780260971510"}));
  EXPECT_EQ(keys.error(R"({"b": [1]})").code(), location(16766));
  EXPECT_EQ(keys.error(R"({"a": {"x": 1}, "b": [1]})").message(),
            "Error: hashed indexes do not currently support array values. Found array at path: b");
  Keys sparse(R"({"key": {"b": "hashed"}, "sparse": true})");
  EXPECT_EQ(sparse.of(R"({"a": 1})"), All{});
}

TEST(IndexKeys, Wildcard) {
  Keys keys(R"({"key": {"$**": 1}})");
  EXPECT_EQ(keys.of(R"({"_id": 1, "a": {"b": 1}, "n": null, "e": {}})"),
            (All{R"("a.b", 1)", R"("e", {})", R"("n", null)"}));
  EXPECT_EQ(keys.of(R"({"_id": 1})"), All{});
  EXPECT_EQ(keys.of(R"({"a": [1, [2, 3], {"d": 5}, [], {}]})"),
            (All{R"("a", 1)", R"("a", {})", R"("a", [])", R"("a", [2,3])", R"("a.d", 5)"}));
  EXPECT_EQ(keys.wildcard_arrays(), (All{"a"}));
  EXPECT_EQ(keys.of(R"({"f": []})"), (All{R"("f", undefined)"}));
}

TEST(IndexKeys, WildcardOfAPart) {
  Keys below(R"({"key": {"a.$**": 1}})");
  EXPECT_EQ(below.of(R"({"_id": 1, "a": {"b": 1, "c": {"d": 2}}, "x": 5})"),
            (All{R"("a.b", 1)", R"("a.c.d", 2)"}));
  Keys projected(R"({"key": {"$**": 1}, "wildcardProjection": {"a": 0, "_id": 1}})");
  EXPECT_EQ(projected.of(R"({"_id": 1, "a": 5, "b": 6})"), (All{R"("_id", 1)", R"("b", 6)"}));
}

TEST(IndexKeys, CompoundWildcard) {
  Keys keys(R"({"key": {"a": 1, "x.$**": 1, "b": -1}})");
  EXPECT_EQ(keys.of(R"({"a": 1, "x": {"y": [1, 2]}, "b": 3})"),
            (All{R"(1, "x.y", 1, 3)", R"(1, "x.y", 2, 3)"}));
  EXPECT_EQ(keys.of(R"({"a": 1})"), (All{R"(1, {"$minKey":1}, {"$minKey":1}, null)"}));
  EXPECT_EQ(keys.error(R"({"a": [1], "x": 1})").code(), location(7246301));
}

TEST(IndexKeys, CollationMakesOneKeyOfWhatItHoldsEqual) {
  Keys keys(R"({"key": {"a": 1}, "collation": {"locale": "en", "strength": 2}})");
  EXPECT_EQ(keys.of(R"({"a": ["Tea", "tEA", "cup"]})").size(), 2U);
}

TEST(IndexKeys, OfPlacesOnTheSphere) {
  Keys keys(R"({"key": {"k": 1, "p": "2dsphere"}})");
  constexpr const char* kPoint = R"("p": {"type": "Point", "coordinates": [1, 2]})";
  const std::string cell = "1153886977999746825";  // as MongoDB has it
  EXPECT_EQ(keys.of(std::string("{") + kPoint + R"(, "k": 5})"), (All{"5, " + cell}));
  EXPECT_EQ(keys.arrays(1), 0U);
  EXPECT_EQ(keys.of(R"({"p": [1, 2]})"), (All{"null, " + cell}));
  EXPECT_EQ(keys.of(std::string("{") + kPoint + R"(, "k": [5, 6]})"),
            (All{"5, " + cell, "6, " + cell}));
  EXPECT_EQ(keys.arrays(0), 1U);
  for (const char* none : {R"({"k": 1})", R"({"p": null})", R"({"p": []})", R"({"p": {}})"}) {
    EXPECT_EQ(keys.of(none), All{}) << none;
  }
  keys.of(R"({"p": {"type": "LineString", "coordinates": [[0, 0], [40, 40]]}})");
  EXPECT_EQ(keys.arrays(1), 1U);
  EXPECT_EQ(keys.error(R"({"p": 5})").code(), location(16755));
}

TEST(IndexKeys, OfSeveralPlaces) {
  Keys keys(R"({"key": {"a.p": "2dsphere", "q": "2dsphere"}})");
  const std::string cell = "1153886977999746825";
  EXPECT_EQ(keys.of(R"({"q": [1, 2]})"), (All{"null, " + cell}));
  EXPECT_EQ(keys.of(R"({"a": [{"p": [1, 2]}, {"p": [1, 2]}, 5, {}]})"), (All{cell + ", null"}));
  EXPECT_EQ(keys.arrays(0), 3U);
  EXPECT_EQ(keys.of(R"({"a": [{}], "q": null})"), All{});
}

TEST(IndexKeys, OfPlacesInAGrid) {
  Keys keys(R"({"key": {"f": "2d", "k": -1}, "bits": 2, "min": -10, "max": 10})");
  const auto key = [](const char* base64, const char* k) {
    return std::string(R"({"$binary":{"base64":")") + base64 + R"(","subType":"80"}}, )" + k;
  };
  EXPECT_EQ(keys.of(R"({"f": [-10, -10], "k": 1})"), (All{key("AAAAAAAAAAA=", "1")}));
  EXPECT_EQ(keys.of(R"({"f": {"x": 10, "y": 10}})"), (All{key("8AAAAAAAAAA=", "null")}));
  EXPECT_EQ(keys.of(R"({"f": [[-10, -10], [10, 10]]})"),
            (All{key("AAAAAAAAAAA=", "null"), key("8AAAAAAAAAA=", "null")}));
  EXPECT_EQ(keys.arrays(0), 1U);
  for (const char* none : {R"({"k": 1})", R"({"f": 5})", R"({"f": []})", R"({"f": [[]]})"}) {
    EXPECT_EQ(keys.of(none), All{}) << none;
  }
  EXPECT_EQ(keys.error(R"({"f": [11, 0]})").code(), location(13027));
  EXPECT_EQ(keys.error(R"({"f": [1]})").code(), location(13068));
  EXPECT_EQ(keys.error(R"({"f": [1, "a"]})").code(), location(13026));
  EXPECT_EQ(keys.error(R"({"f": ["a", 1]})").code(), location(16804));
}

}  // namespace
}  // namespace cairn::records
