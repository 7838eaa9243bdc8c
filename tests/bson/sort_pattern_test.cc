// Sort specifications: what parses, and which of a document's keys decides.
#include "engine/bson/sort_pattern.h"

#include <gtest/gtest.h>

#include <string>

namespace cairn {
namespace {

Document parse(const std::string& json) { return std::move(*from_json(json)); }

SortPattern pattern(const std::string& json) {
  auto parsed = SortPattern::parse(parse(json));
  EXPECT_TRUE(parsed.ok()) << json << ": " << parsed.status().to_string();
  return std::move(*parsed);
}

std::string key(const std::string& specification, const std::string& json) {
  const auto made = pattern(specification).make_key(parse(json));
  EXPECT_TRUE(made.ok()) << made.status().to_string();
  std::string out;
  for (const Element& field : *made) out += (out.empty() ? "" : " ") + to_json(field.value);
  return out;
}

TEST(SortPattern, DirectionsAreNumbersThatTruncateToOne) {
  const SortPattern parsed = pattern(R"({"a":1,"b.c":-1,"d":{"$numberLong":"1"},"e":1.5,"f":-1.9,
                                         "g":{"$numberDecimal":"-1"}})");
  ASSERT_EQ(parsed.size(), 6U);
  EXPECT_EQ(parsed.paths()[1].text(), "b.c");
  const std::vector<int> expected = {1, -1, 1, 1, -1, -1};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(static_cast<int>(parsed.directions()[i]), expected[i]) << i;
  }
}

TEST(SortPattern, Errors) {
  const auto code = [](const std::string& json) {
    return static_cast<int>(SortPattern::parse(parse(json)).status().code());
  };
  EXPECT_EQ(code(R"({"a":0})"), 15975);
  EXPECT_EQ(code(R"({"a":2})"), 15975);
  EXPECT_EQ(code(R"({"a":{"$numberDouble":"NaN"}})"), 15975);
  EXPECT_EQ(code(R"({"a":{"$numberDouble":"Infinity"}})"), 15975);
  EXPECT_EQ(code(R"({"a":"x"})"), 15974);
  EXPECT_EQ(code(R"({"a":null})"), 15974);
  EXPECT_EQ(code(R"({"a":true})"), 15974);
  EXPECT_EQ(code(R"({"a":[]})"), 15974);
  EXPECT_EQ(code(R"({"a":{}})"), 17312);
  EXPECT_EQ(code(R"({"a":{"$meta":"textScore"}})"), 40218);
  EXPECT_EQ(code(R"({})"), 15976);
  EXPECT_EQ(code(R"({"":1})"), 40352);
  EXPECT_EQ(code(R"({"a.":1})"), 40353);
  EXPECT_EQ(code(R"({"a..b":1})"), 15998);
  EXPECT_EQ(code(R"({"$a":1})"), 16410);
  std::string many = "{";
  for (int i = 0; i < 33; ++i) many += (i > 0 ? ",\"f" : "\"f") + std::to_string(i) + "\":1";
  EXPECT_EQ(code(many + "}"), 13103);
}

TEST(SortPattern, ArraysSortByTheirFirstElementInTheDirection) {
  EXPECT_EQ(key(R"({"a":1})", R"({"a":[3,1,2]})"), "1");
  EXPECT_EQ(key(R"({"a":-1})", R"({"a":[3,1,2]})"), "3");
  EXPECT_EQ(key(R"({"a":1})", R"({})"), "null");
  EXPECT_EQ(key(R"({"a":1})", R"({"a":[]})"), "{\"$undefined\":true}");
  EXPECT_EQ(key(R"({"a":1})", R"({"a":[[1,2],3]})"), "3");
  EXPECT_EQ(key(R"({"a":-1})", R"({"a":[[1,2],3]})"), "[1,2]");
  EXPECT_EQ(key(R"({"a.b":1})", R"({"a":[{"b":1},2]})"), "null");
  EXPECT_EQ(key(R"({"a.b":-1})", R"({"a":[{"b":1},2]})"), "1");
}

TEST(SortPattern, TheWholeKeyDecidesWhichElementCounts) {
  const std::string json = R"({"a":[{"b":1,"c":2},{"b":3,"c":0},{"b":1,"c":1}]})";
  EXPECT_EQ(key(R"({"a.b":1,"a.c":1})", json), "1 1");
  EXPECT_EQ(key(R"({"a.b":1,"a.c":-1})", json), "1 2");
  EXPECT_EQ(key(R"({"a.b":-1,"a.c":1})", json), "3 0");
  EXPECT_EQ(key(R"({"a.c":1,"a.b":1})", json), "0 3");
}

TEST(SortPattern, ParallelArraysAreAnError) {
  const auto made = pattern(R"({"a":1,"b":1})").make_key(parse(R"({"a":[1],"b":[2]})"));
  EXPECT_EQ(made.status().code(), ErrorCode::kBadValue);
}

TEST(SortPattern, ComparesDocuments) {
  const SortPattern p = pattern(R"({"a":1,"b":-1})");
  const auto less = [&](const std::string& x, const std::string& y) {
    const Document a = parse(x);
    const Document b = parse(y);
    EXPECT_EQ(p.compare_documents(a, b), 0 <=> p.compare_documents(b, a));
    EXPECT_EQ(p.compare_documents(a, b), p.compare_keys(*p.make_key(a), *p.make_key(b)));
    return p.compare_documents(a, b) < 0;
  };
  EXPECT_TRUE(less(R"({"a":1})", R"({"a":2})"));
  EXPECT_TRUE(less(R"({"a":1,"b":2})", R"({"a":1,"b":1})"));
  EXPECT_TRUE(less(R"({"a":1,"b":2})", R"({"a":1})"));
  EXPECT_TRUE(less(R"({"a":[]})", R"({"a":null})"));
  EXPECT_TRUE(less(R"({"b":5})", R"({"a":-1})"));
  EXPECT_FALSE(less(R"({"b":5})", R"({"a":null,"b":5.0})"));
  EXPECT_FALSE(less(R"({"a":null,"b":5.0})", R"({"b":5})"));
}

}  // namespace
}  // namespace cairn
