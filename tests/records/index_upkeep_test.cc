// After any writes an index holds exactly what its documents make: checked by generating it anew.
#include "tests/records/database.h"

#include <filesystem>
#include <random>

namespace cairn {
namespace {

constexpr const char* kIndexes[] = {
    R"({"key": {"a": 1}})",
    R"({"key": {"a": 1, "b": -1}, "sparse": true})",
    R"({"key": {"b.c": 1}})",
    R"({"key": {"b.0": 1}, "name": "number"})",
    R"({"key": {"s": 1}, "collation": {"locale": "en", "strength": 1}})",
    R"({"key": {"a": -1}, "name": "part", "partialFilterExpression": {"n": {"$gt": 5}}})",
    R"({"key": {"n": "hashed"}})",
    R"({"key": {"$**": 1}})",
    R"({"key": {"n": 1, "b.$**": 1}})",
    R"({"key": {"u": 1}, "unique": true})",
    R"({"key": {"u": 1, "a": 1}, "unique": true, "name": "some", "sparse": true})",
};

class Upkeep : public IndexTest {
 protected:
  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }

  std::string number() {
    const std::string text = std::to_string(below(8));
    switch (below(4)) {
      case 0:
        return R"({"$numberLong": ")" + text + R"("})";
      case 1:
        return R"({"$numberDouble": ")" + text + R"("})";
      case 2:
        return R"({"$numberDecimal": ")" + text + R"(.0"})";
      default:
        return text;
    }
  }
  std::string value(int depth) {
    switch (below(depth > 2 ? 4 : 7)) {
      case 0:
        return "null";
      case 1:
        return below(2) == 0 ? R"("Tea")" : R"("tea")";
      case 2:
      case 3:
        return number();
      case 4:
        return R"({"c": )" + value(depth + 1) + R"(, "d": )" + value(depth + 1) + "}";
      default: {
        std::string array = "[";
        for (int i = below(4); i > 0; --i) array += value(depth + 1) + (i > 1 ? ", " : "");
        return array + "]";
      }
    }
  }
  std::string fields() {
    std::string text;
    for (const char* name : {"a", "b", "s"}) {
      if (below(3) != 0) text += std::string(", \"") + name + "\": " + value(0);
    }
    if (below(3) != 0) text += R"(, "n": )" + number();
    text += R"(, "u": )" + std::to_string(below(60));
    return text;
  }

  void write_something() {
    const std::string id = std::to_string(below(40));
    // Errors are part of it: parallel arrays, duplicates. They must leave no trace.
    switch (below(6)) {
      case 0:
      case 1:
        static_cast<void>(insert("{\"_id\": " + id + fields() + "}"));
        break;
      case 2:
        static_cast<void>(update("{\"_id\": " + id + "}", "{\"_id\": " + id + fields() + "}"));
        break;
      case 3:
        static_cast<void>(update("{\"_id\": " + id + "}", R"({"$set": {"a": )" + value(0) +
                                                              R"(, "b.c": )" + value(1) + "}}"));
        break;
      case 4:
        static_cast<void>(
            update("{\"u\": {\"$lt\": 20}}", R"({"$inc": {"n": 1}, "$push": {"a": 3}})", true));
        break;
      default: {
        const Document filter = json("{\"_id\": " + id + "}");
        EXPECT_OK(collection().remove({.filter = filter}).status());
      }
    }
  }

  std::mt19937_64 random_{20240};
};

TEST_F(Upkeep, EveryIndexIsWhatItsDocumentsMake) {
  for (const char* index : kIndexes) ASSERT_OK(create_index(index));
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 100; ++i) write_something();
    expect_sound();
  }
}

TEST_F(Upkeep, BuiltOrKeptTheSame) {
  for (int i = 0; i < 400; ++i) write_something();
  std::int64_t built = 0;
  for (const char* index : kIndexes) {
    // Some cannot be built on these documents; then nothing may be left of them.
    built += create_index(index).ok() ? 1 : 0;
    expect_sound();
  }
  EXPECT_GE(built, 4);
  for (int i = 0; i < 400; ++i) write_something();
  expect_sound();
}

TEST_F(Upkeep, SurvivesReopening) {
  const std::string path = temporary_path("cairn_index_upkeep_test");
  std::filesystem::remove_all(path);
  open(path, {});
  for (const char* index : kIndexes) ASSERT_OK(create_index(index));
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 100; ++i) write_something();
    database_.reset();
    open(path, {});
    expect_sound();
  }
  database_.reset();
  std::filesystem::remove_all(path);
}

TEST_F(Upkeep, ClusteredCollections) {
  const Document options = json(R"({"clusteredIndex": {"key": {"_id": 1}, "unique": true}})");
  ASSERT_OK(database().create_collection("t", "c", {.options = options}).status());
  for (const char* index : kIndexes) ASSERT_OK(create_index(index));
  for (int i = 0; i < 600; ++i) write_something();
  expect_sound();
}

TEST_F(Upkeep, CappedCollectionsDropTheOldestsEntries) {
  const Document options = json(R"({"capped": true, "size": 4096, "max": 10})");
  ASSERT_OK(database().create_collection("t", "c", {.options = options}).status());
  ASSERT_OK(create_index(R"({"key": {"n": 1}})"));
  for (int i = 0; i < 50; ++i) {
    ASSERT_OK(insert("{\"_id\": " + std::to_string(i) + ", \"n\": [1, 2]}"));
  }
  EXPECT_EQ(entries(), 10 + 20);
}

TEST_F(Upkeep, TypesOfKeysThatStayAreRenewed) {
  ASSERT_OK(create_index(R"({"key": {"a": 1}})"));
  ASSERT_OK(insert(R"({"_id": 1, "a": 5})"));
  ASSERT_OK(update(R"({"_id": 1})", R"({"$set": {"a": {"$numberLong": "5"}}})"));
  expect_sound();
}

}  // namespace
}  // namespace cairn
