// Index keys of documents under patterns of paths, as MongoDB's engine gives them.
#include "engine/bson/key_tuples.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace cairn {
namespace {

class Collect final : public KeyTupleSink {
 public:
  void on_tuple(KeyTuple tuple) override {
    std::string text = "(";
    for (const ValueView& value : tuple) {
      if (text.size() > 1) text += ',';
      text += value.missing() ? "missing" : to_json(value);
    }
    text += ")";
    tuples.insert(text);
  }
  void on_array(std::size_t field, std::size_t component) override {
    arrays.insert(std::to_string(field) + ":" + std::to_string(component));
  }

  std::set<std::string> tuples;
  std::set<std::string> arrays;
};

std::string joined(const std::set<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : " ") + part;
  return out;
}

struct Case {
  std::string json;
  std::vector<std::string> paths;
  std::string tuples;  // distinct, in order of text
  std::string arrays;  // "field:component" of each array that was fanned out
};

const std::string kUndefined = "{\"$undefined\":true}";

const std::vector<Case> kCases = {
    {R"({"a":1})", {"a"}, "(1)", ""},
    {R"({})", {"a"}, "(missing)", ""},
    {R"({"a":[]})", {"a"}, "(" + kUndefined + ")", "0:0"},
    {R"({"a":[1,2,3]})", {"a"}, "(1) (2) (3)", "0:0"},
    {R"({"a":[[1,2],3]})", {"a"}, "(3) ([1,2])", "0:0"},
    {R"({"a":[[]]})", {"a"}, "([])", "0:0"},
    {R"({"a":[[1,2]]})", {"a.0"}, "([1,2])", ""},
    {R"({"a":[[]]})", {"a.0"}, "(" + kUndefined + ")", ""},
    {R"({"a":[]})", {"a.b"}, "(missing)", "0:0"},
    {R"({"a":[1,2]})", {"a.b"}, "(missing)", "0:0"},
    {R"({"a":[{"b":1},2]})", {"a.b"}, "(1) (missing)", "0:0"},
    {R"({"a":[{"b":[5,6]},{"b":7}]})", {"a.b"}, "(5) (6) (7)", "0:0 0:1"},
    {R"({"a":[[{"b":1}]]})", {"a.b"}, "(missing)", "0:0"},
    {R"({"a":[[{"b":1}]]})", {"a.0.b"}, "(1)", "0:1"},
    {R"({"a":[{"b":1}]})", {"a.0.b"}, "(1)", ""},
    {R"({"a":[{"b":1},{"b":2}]})", {"a.1.b"}, "(2)", ""},
    {R"({"a":[{"1":1}]})", {"a.1"}, "(1)", "0:0"},
    {R"({"a":[1]})", {"a.1"}, "(missing)", "0:0"},
    {R"({"a":[]})", {"a.0"}, "(missing)", "0:0"},
    {R"({"a":[{"b":1,"c":2},{"b":3,"c":0}]})", {"a.b", "a.c"}, "(1,2) (3,0)", "0:0 1:0"},
    {R"({"a":[{"b":[1,2]},{"c":[3]}]})",
     {"a.b", "a.c"},
     "(1,missing) (2,missing) (missing,3)",
     "0:0 0:1 1:0 1:1"},
    {R"({"a":[{"b":1},{"b":2}],"c":5})", {"c", "a.b"}, "(5,1) (5,2)", "1:0"},
    {R"({"a":[1,{"b":2}]})", {"a", "a.b"}, "(1,missing) ({\"b\":2},2)", "0:0 1:0"},
    {R"({"a":[]})", {"a", "a.b"}, "(" + kUndefined + ",missing)", "0:0 1:0"},
    {R"({"a":[5,{"b":2}]})", {"a.0", "a.b"}, "(5,2) (5,missing)", "1:0"},
    {R"({"a":[[7,8],{"b":2}]})", {"a.0", "a.b"}, "([7,8],2) ([7,8],missing)", "1:0"},
    {R"({"a":[[7,8],{"b":2}]})", {"a.0", "a"}, "([7,8],[7,8]) ([7,8],{\"b\":2})", "1:0"},
    {R"({"a":[{"b":{"c":[1,2]}},{"b":[{"c":3}]}]})", {"a.b.c"}, "(1) (2) (3)", "0:0 0:1 0:2"},
    {R"({"a":[[[1,2]]]})", {"a.0.0"}, "([1,2])", ""},
    {R"({"a":[[1,2]]})", {"a.0.0"}, "(1)", ""},
    {R"({"a":[[1,2]]})", {"a.0", "a.0.0"}, "([1,2],1)", ""},
    {R"({"a":{"b":[]}})", {"a.b.c"}, "(missing)", "0:1"},
    {R"({"a":[{"b":[1,2]},{"b":[3]}]})", {"a.b", "a.b"}, "(1,1) (2,2) (3,3)", "0:0 0:1 1:0 1:1"},
};

std::vector<FieldPath> parsed(const std::vector<std::string>& texts) {
  std::vector<FieldPath> paths;
  for (const std::string& text : texts) paths.emplace_back(text);
  return paths;
}

TEST(KeyTuples, Table) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.json + " " + c.paths[0] + (c.paths.size() > 1 ? "," + c.paths[1] : ""));
    const Document document = std::move(*from_json(c.json));
    Collect found;
    ASSERT_TRUE(extract_key_tuples(parsed(c.paths), document, found).ok());
    EXPECT_EQ(joined(found.tuples), c.tuples);
    EXPECT_EQ(joined(found.arrays), c.arrays);
  }
}

Status extract(const std::string& json, const std::vector<std::string>& paths) {
  Collect found;
  return extract_key_tuples(parsed(paths), *from_json(json), found);
}

TEST(KeyTuples, ParallelArraysAreAnError) {
  const Status status = extract(R"({"a":[1,2],"b":[3,4]})", {"a", "b"});
  EXPECT_EQ(status.code(), ErrorCode::kCannotIndexParallelArrays);
  EXPECT_EQ(status.message(), "cannot index parallel arrays [b] [a]");
  EXPECT_EQ(extract(R"({"a":[{"b":[1,2],"c":[3]}]})", {"a.b", "a.c"}).message(),
            "cannot index parallel arrays [c] [b]");
}

TEST(KeyTuples, NumberThatIsIndexAndNameIsAnError) {
  EXPECT_EQ(extract(R"({"a":[{"0":1}]})", {"a.0"}).code(), location(16746));
  EXPECT_EQ(extract(R"({"a":[5,{"0":1}]})", {"a.0"}).code(), location(16746));
}

}  // namespace
}  // namespace cairn
