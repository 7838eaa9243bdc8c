// Extended JSON beyond the corpus: numbers, dates, errors and their places, limits.
#include <gtest/gtest.h>

#include <string>

#include <cairn/bson.h>

namespace cairn {
namespace {

// The relaxed form of what `text` reads as, or "error: …".
std::string relaxed(const std::string& text) {
  const auto document = from_json(text);
  return document ? to_json(*document) : "error: " + std::string(document.status().message());
}

std::string canonical(const std::string& text) {
  const auto document = from_json(text);
  return document ? to_json(*document, JsonMode::kCanonical)
                  : "error: " + std::string(document.status().message());
}

TEST(Json, NumbersTakeTheSmallestTypeThatHoldsThem) {
  EXPECT_EQ(canonical("{\"a\":2147483647}"), R"({"a":{"$numberInt":"2147483647"}})");
  EXPECT_EQ(canonical("{\"a\":2147483648}"), R"({"a":{"$numberLong":"2147483648"}})");
  EXPECT_EQ(canonical("{\"a\":-9223372036854775808}"),
            R"({"a":{"$numberLong":"-9223372036854775808"}})");
  EXPECT_EQ(canonical("{\"a\":9223372036854775808}"),
            R"({"a":{"$numberDouble":"9.223372036854776E+18"}})")
      << "past int64 it is a double";
  EXPECT_EQ(canonical("{\"a\":1.0}"), R"({"a":{"$numberDouble":"1.0"}})");
  EXPECT_EQ(canonical("{\"a\":1e2}"), R"({"a":{"$numberDouble":"100.0"}})");
  EXPECT_EQ(canonical("{\"a\":-0.0}"), R"({"a":{"$numberDouble":"-0.0"}})");
  EXPECT_EQ(canonical("{\"a\":1e20}"), R"({"a":{"$numberDouble":"1.0E+20"}})");
  EXPECT_EQ(canonical("{\"a\":1e-7}"), R"({"a":{"$numberDouble":"1.0E-07"}})");
}

TEST(Json, RefusesWhatIsNoJsonNumber) {
  for (const std::string number :
       {"01", "+1", ".5", "1.", "1.2.3", "0x10", "1e", "-", "1e400", "NaN", "Infinity", "--1"}) {
    EXPECT_TRUE(relaxed("{\"a\":" + number + "}").starts_with("error")) << number;
    EXPECT_TRUE(relaxed("{\"a\":[" + number + "]}").starts_with("error")) << number;
  }
}

TEST(Json, RefusesWhatIsNoJson) {
  for (const std::string text : {"",
                                 " ",
                                 "{",
                                 "}",
                                 "{\"a\":1",
                                 "{\"a\":1}}",
                                 "{\"a\":1} x",
                                 "{a:1}",
                                 "{'a':1}",
                                 "[1]",
                                 "1",
                                 "null",
                                 "{\"a\":1,}",
                                 "{\"a\":[1,]}",
                                 "{\"a\":[1 2]}",
                                 "{\"a\" 1}",
                                 "{\"a\":tru}",
                                 "{\"a\":nul}",
                                 "{\"a\":\"\n\"}",
                                 "{\"a\":\"\\x\"}",
                                 "{\"a\":\"\\ud800\"}",
                                 "{\"a\":\"\xff\"}",
                                 "{\"a\":1}{\"b\":2}",
                                 "{\"a\":{\"b\":1}",
                                 "{\"a\":[{]}}"}) {
    EXPECT_TRUE(relaxed(text).starts_with("error")) << text;
  }
}

TEST(Json, ErrorsTellThePlace) {
  EXPECT_EQ(relaxed(R"({"a":1,"b":{"$oid":"xyz"}})"),
            "error: JSON: malformed Extended JSON: $oid is 24 hexadecimal digits, at byte 25");
  EXPECT_EQ(from_json("{\"a\":01}").status().code(), ErrorCode::kFailedToParse);
}

TEST(Json, QueryOperatorsAreNoWrappers) {
  for (const std::string text :
       {R"({"a":{"$regex":"x"}})", R"({"a":{"$type":"string"}})", R"({"a":{"$type":2}})",
        R"({"a":{"$in":[1,2]}})", R"({"$and":[{"a":{"$gt":1}}]})", R"({"$oid":"top level"})",
        R"({"a":{"x":1,"$oid":2}})", R"({"a":{"$options":"i"}})"}) {
    EXPECT_EQ(relaxed(text), text);
  }
  EXPECT_EQ(relaxed(R"({"a":{"$regex":"x","$options":"si"}})"),
            R"({"a":{"$regularExpression":{"pattern":"x","options":"is"}}})");
  EXPECT_EQ(relaxed(R"({"a":{"$binary":"//8=","$type":"00"}})"),
            R"({"a":{"$binary":{"base64":"//8=","subType":"00"}}})");
}

TEST(Json, Dates) {
  const auto date = [](const std::string& text) {
    return relaxed("{\"a\":{\"$date\":\"" + text + "\"}}");
  };
  const auto is = [](const std::string& text) { return "{\"a\":{\"$date\":\"" + text + "\"}}"; };
  EXPECT_EQ(date("2012-12-24T12:15:30.501Z"), is("2012-12-24T12:15:30.501Z"));
  EXPECT_EQ(date("2012-12-24T12:15:30Z"), is("2012-12-24T12:15:30Z"));
  EXPECT_EQ(date("2012-12-24T12:15Z"), is("2012-12-24T12:15:00Z"));
  EXPECT_EQ(date("2012-12-24T12:15:30.5Z"), is("2012-12-24T12:15:30.500Z"));
  EXPECT_EQ(date("2012-12-24T12:15:30.123456Z"), is("2012-12-24T12:15:30.123Z"));
  EXPECT_EQ(date("2012-12-24T12:15:30+02:00"), is("2012-12-24T10:15:30Z"));
  EXPECT_EQ(date("2012-12-24T12:15:30-0530"), is("2012-12-24T17:45:30Z"));
  EXPECT_EQ(date("2000-02-29T00:00:00Z"), is("2000-02-29T00:00:00Z"));
  EXPECT_EQ(date("9999-12-31T23:59:59.999Z"), is("9999-12-31T23:59:59.999Z"));
  EXPECT_EQ(date("1969-12-31T23:59:59.999Z"), R"({"a":{"$date":{"$numberLong":"-1"}}})");
  for (const std::string text :
       {"", "2012", "2012-12-24", "2012-13-01T00:00:00Z", "2001-02-29T00:00:00Z",
        "2012-12-24T24:00:00Z", "2012-12-24T12:60:00Z", "2012-12-24T12:15:30X",
        "2012-12-24T12:15:30.Z", "2012-12-24 12:15:30Z"}) {
    EXPECT_TRUE(date(text).starts_with("error")) << text;
  }
}

TEST(Json, StringsEscape) {
  const Document document =
      ::cairn::document("k\"", std::string_view("\"\\/\b\f\n\r\t\x01\x7f\0é", 13));
  EXPECT_EQ(to_json(document), "{\"k\\\"\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\x7f\\u0000é\"}");
  EXPECT_EQ(*from_json(to_json(document)), document);
}

TEST(Json, NestingHasALimit) {
  const auto nested = [](int levels, const std::string& innermost) {
    std::string text;
    for (int i = 0; i < levels; ++i) text += "{\"a\":";
    text += innermost;
    for (int i = 0; i < levels; ++i) text += "}";
    return text;
  };
  for (const std::string innermost : {"{}", "[]", "{\"b\":1}", "{\"$type\":1}"}) {
    const auto deepest = from_json(nested(kMaxNestingOnWire, innermost));
    ASSERT_TRUE(deepest.ok()) << innermost;
    EXPECT_TRUE(Document::from_bytes(deepest->bytes()).ok());
    EXPECT_FALSE(from_json(nested(kMaxNestingOnWire + 1, innermost)).ok()) << innermost;
  }
  for (const std::string wrapper :
       {R"({"$numberInt":"1"})", R"({"$date":{"$numberLong":"1"}})", R"({"$code":"f"})"}) {
    EXPECT_TRUE(from_json(nested(kMaxNestingOnWire + 1, wrapper)).ok()) << wrapper;
  }
  EXPECT_FALSE(from_json("{\"a\":" + std::string(100000, '[')).ok());
}

}  // namespace
}  // namespace cairn
