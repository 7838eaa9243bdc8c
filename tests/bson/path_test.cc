// What each way of reading a dotted path reports, as tables. The expectations of visit_path and of
// key tuples were observed on MongoDB's engine, with the null semantics of version 8.
#include "engine/bson/path.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cairn {
namespace {

Document parse(const std::string& json) { return std::move(*from_json(json)); }

// "1 {…} missing@0": values as relaxed JSON, each with the index of the array it came through, if
// it came through one.
std::string visited(const std::string& json, const std::string& path, LeafArray leaf) {
  const Document document = parse(json);
  std::string out;
  visit_path(document, FieldPath(path), leaf, [&](const PathValue& found) {
    if (!out.empty()) out += ' ';
    out += found.value.missing() ? "missing" : to_json(found.value);
    if (found.array_index >= 0) out += '@' + std::to_string(found.array_index);
    return false;
  });
  return out;
}

struct Case {
  std::string json;
  std::string path;
  std::string expanded;
  std::string whole;
  std::string why;
};

const std::vector<Case> kMatchCases = {
    {R"({"a":1})", "a", "1", "1", "a plain field"},
    {R"({"a":1})", "b", "missing", "missing", "no such field is one dead end"},
    {R"({"a":{"b":1}})", "a.b", "1", "1", "through documents"},
    {R"({"a":5})", "a.b", "missing", "missing", "a scalar on the way is a dead end"},
    {R"({"a":null})", "a.b", "missing", "missing", "null on the way is one too"},
    {R"({})", "a.b.c", "missing", "missing", "a dead end is reported once, however early"},
    {R"({"a":[1,2]})", "a", "1@0 2@1 [1,2]", "[1,2]", "an array at the end: elements, then itself"},
    {R"({"a":[]})", "a", "[]", "[]", "an empty array is only itself"},
    {R"({"a":[[1,2]]})", "a", "[1,2]@0 [[1,2]]", "[[1,2]]", "arrays in arrays are not opened"},
    {R"({"a":[]})", "a.b", "", "", "an empty array on the way reports nothing"},
    {R"({"a":[1,2]})", "a.b", "", "", "scalars in an array are passed over"},
    {R"({"a":[null]})", "a.b", "", "", "null in an array too"},
    {R"({"a":[1,{"c":1}]})", "a.b", "missing@1", "missing@1", "a document in it is a dead end"},
    {R"({"a":[1,{"b":2}]})", "a.b", "2@1", "2@1", "a document in it goes on"},
    {R"({"a":[{"b":1},{"b":2}]})", "a.b", "1@0 2@1", "1@0 2@1", "fan out"},
    {R"({"a":[[{"b":1}]]})", "a.b", "", "", "an array directly in an array is not entered"},
    {R"({"a":[{"b":[1,2]},{"b":[]}]})", "a.b", "1@0 2@0 [1,2]@0 []@1", "[1,2]@0 []@1",
     "the outermost array gives the index"},
    {R"({"a":{"b":[1,2]}})", "a.b", "1@0 2@1 [1,2]", "[1,2]", "an array under a document"},
    {R"({"a":[5,7]})", "a.1", "7", "7", "a number addresses an element"},
    {R"({"a":[5,7]})", "a.2", "", "", "past the end there is nothing, not even missing"},
    {R"({"a":[]})", "a.0", "", "", "nor in an empty array"},
    {R"({"a":5})", "a.0", "missing", "missing", "a number is no index into a scalar"},
    {R"({"a":{"0":5}})", "a.0", "5", "5", "in a document a number is a name"},
    {R"({"a":[5,[2,4],3]})", "a.1", "[2,4]", "[2,4]", "an addressed array is not expanded"},
    {R"({"a":[5,{"1":4}]})", "a.1", "4@1 {\"1\":4}", "4@1 {\"1\":4}", "name and index both"},
    {R"({"a":[{"1":4},9]})", "a.1", "4@0 9", "4@0 9", "also in different elements"},
    {R"({"a":[5,7]})", "a.01", "", "", "01 is no index"},
    {R"({"a":[5,{"b":4}]})", "a.1.b", "missing@1 4", "missing@1 4", "the name 1 is looked for too"},
    {R"({"a":[1,2]})", "a.1.b", "", "", "an addressed scalar leads nowhere"},
    {R"({"a":[1,[]]})", "a.1.b", "", "", "nor does an addressed empty array"},
    {R"({"a":[1,[3]]})", "a.1.b", "", "", "nor scalars in an addressed array"},
    {R"({"a":[1,[{"b":4},{"c":5}]]})", "a.1.b", "4@0 missing@1", "4@0 missing@1",
     "an addressed array fans out"},
    {R"({"a":[[1,2]]})", "a.0.0", "1", "1", "numbers go through nested arrays"},
    {R"({"a":[[[1,2]]]})", "a.0.0", "[1,2]", "[1,2]", "and stop where the path stops"},
    {R"({"a":[[[{"b":1}]]]})", "a.0.0.b", "1@0", "1@0", "fan out after two numbers"},
    {R"({"a":[[[{"b":1}]]]})", "a.0.b", "", "", "one number opens one array"},
    {R"({"a":[{"b":[7]}]})", "a.b.0", "7@0", "7@0", "fan out, then an index"},
    {R"({"a":[{"b":[7]}]})", "a.0.b.0", "missing@0 7", "missing@0 7", "an index, then an index"},
    {R"({"a":[{"b":[{"c":1},{"c":2}]},{"b":{"c":3}}]})", "a.b.c", "1@0 2@0 3@1", "1@0 2@0 3@1",
     "arrays in documents in arrays"},
    {R"({"":5})", "", "5", "5", "the empty name"},
    {R"({"a":{"":5}})", "a.", "5", "5", "an empty last component"},
};

TEST(VisitPath, Table) {
  for (const Case& c : kMatchCases) {
    SCOPED_TRACE(c.json + " " + c.path + ": " + c.why);
    EXPECT_EQ(visited(c.json, c.path, LeafArray::kExpand), c.expanded);
    EXPECT_EQ(visited(c.json, c.path, LeafArray::kWhole), c.whole);
  }
}

TEST(VisitPath, StopsWhenTheVisitorSaysSo) {
  const Document document = parse(R"({"a":[{"b":1},{"b":2},{"b":3}]})");
  int calls = 0;
  EXPECT_TRUE(visit_path(document, FieldPath("a.b"), LeafArray::kExpand, [&](const PathValue& v) {
    ++calls;
    return v.value.as_int32() == 2;
  }));
  EXPECT_EQ(calls, 2);
}

std::string values(const std::string& json, const std::string& path) {
  const Document document = parse(json);
  std::string out;
  visit_values(document, FieldPath(path), [&](ValueView value) {
    if (!out.empty()) out += ' ';
    out += to_json(value);
    return false;
  });
  return out;
}

TEST(VisitValues, Table) {
  EXPECT_EQ(values(R"({"a":1})", "a"), "1");
  EXPECT_EQ(values(R"({"a":1})", "b"), "");
  EXPECT_EQ(values(R"({"a":[1,2]})", "a"), "1 2");
  EXPECT_EQ(values(R"({"a":[]})", "a"), "");
  EXPECT_EQ(values(R"({"a":[{"b":1},{"b":[2,3]},{}]})", "a.b"), "1 2 3");
  EXPECT_EQ(values(R"({"a":[{"b":1},{"b":2}]})", "a.1.b"), "2");
  EXPECT_EQ(values(R"({"a":[{"1":7},{"b":2}]})", "a.1"), R"({"b":2})") << "the index wins";
  EXPECT_EQ(values(R"({"a":[[1,2],3]})", "a.0"), "1 2");
  EXPECT_EQ(values(R"({"a":[[{"b":1}]]})", "a.b"), "");
  EXPECT_EQ(values(R"({"a":[[{"b":1}]]})", "a.0.b"), "1");
}

std::string evaluated(const std::string& json, const std::string& path) {
  const Document document = parse(json);
  std::string scratch = "left over";
  const ValueView value = evaluate_path(document, FieldPath(path), scratch);
  return value.missing() ? "missing" : to_json(value);
}

TEST(EvaluatePath, Table) {
  EXPECT_EQ(evaluated(R"({"a":{"b":1}})", "a.b"), "1");
  EXPECT_EQ(evaluated(R"({"a":{"b":1}})", "a.c"), "missing");
  EXPECT_EQ(evaluated(R"({"a":1})", "a.b"), "missing");
  EXPECT_EQ(evaluated(R"({"a":[1,2]})", "a"), "[1,2]");
  EXPECT_EQ(evaluated(R"({"a":[{"b":1},2,{"c":3},{"b":[4]}]})", "a.b"), "[1,[4]]");
  EXPECT_EQ(evaluated(R"({"a":[1]})", "a.b"), "[]");
  EXPECT_EQ(evaluated(R"({"a":[5]})", "a.0"), "[]") << "numbers are names here";
  EXPECT_EQ(evaluated(R"({"a":[{"0":5}]})", "a.0"), "[5]");
  EXPECT_EQ(evaluated(R"({"a":[[{"b":1}]]})", "a.b"), "[]");
  EXPECT_EQ(evaluated(R"({"a":[{"b":[{"c":1},{"c":2}]},{"b":{"c":3}},{"b":4}]})", "a.b.c"),
            "[[1,2],3]");
}

TEST(FindPath, GoesThroughDocumentsOnly) {
  const Document document = parse(R"({"a":{"b":{"c":1}},"d":[{"e":1}]})");
  EXPECT_EQ(find_path(document, FieldPath("a.b.c")).as_int32(), 1);
  EXPECT_TRUE(find_path(document, FieldPath("a.x")).missing());
  EXPECT_TRUE(find_path(document, FieldPath("d.e")).missing());
  EXPECT_TRUE(find_path(document, FieldPath("d")).is_array());
}

TEST(FieldPath, Components) {
  const FieldPath path("a.0.b.01.10");
  ASSERT_EQ(path.size(), 5U);
  EXPECT_EQ(path.name(0), "a");
  EXPECT_EQ(path.name(4), "10");
  EXPECT_EQ(path.index(0), FieldPath::kNotAnIndex);
  EXPECT_EQ(path.index(1), 0);
  EXPECT_EQ(path.index(3), FieldPath::kNotAnIndex);
  EXPECT_EQ(path.index(4), 10);
  EXPECT_EQ(path.prefix(2), "a.0");
  EXPECT_EQ(path.suffix(3), "01.10");
  EXPECT_TRUE(FieldPath("a.b").is_prefix_of(FieldPath("a.b.c")));
  EXPECT_TRUE(FieldPath("a.b").is_prefix_of(FieldPath("a.b")));
  EXPECT_FALSE(FieldPath("a.b").is_prefix_of(FieldPath("a.bc")));
  EXPECT_FALSE(FieldPath("a.b.c").is_prefix_of(FieldPath("a.b")));
  EXPECT_EQ(FieldPath("").size(), 1U);
  EXPECT_EQ(FieldPath(".").size(), 2U);
}

TEST(FieldPath, Checks) {
  EXPECT_TRUE(check_field_path("a.b.0").ok());
  EXPECT_EQ(check_field_path("").code(), location(40352));
  EXPECT_EQ(check_field_path("a.").code(), location(40353));
  EXPECT_EQ(check_field_path("a..b").code(), location(15998));
  EXPECT_EQ(check_field_path(".a").code(), location(15998));
  EXPECT_EQ(check_field_path("a.$b").code(), location(16410));
  EXPECT_EQ(check_field_path(std::string_view("a\0b", 3)).code(), location(16411));
  std::string deep = "a";
  for (int i = 0; i < 200; ++i) deep += ".a";
  EXPECT_EQ(check_field_path(deep).code(), ErrorCode::kOverflow);
}

}  // namespace
}  // namespace cairn
