// DocumentBuilder: nesting, arrays, foreign buffers, and that whatever it builds is valid.
#include <gtest/gtest.h>

#include <cairn/bson.h>

namespace cairn {
namespace {

void expect_valid(const Document& document) {
  const auto checked = Document::from_bytes(document.bytes());
  EXPECT_TRUE(checked.ok()) << checked.status().to_string();
}

TEST(Builder, NestsDocumentsAndArrays) {
  DocumentBuilder b;
  b.append("a", 1).begin_document("d").append("x", "y").begin_array("e").push(1).push_array().end();
  b.push_document().append("z", true).end().end().end().append_null("n");
  const Document d = b.take();
  expect_valid(d);
  EXPECT_EQ(to_json(d), R"({"a":1,"d":{"x":"y","e":[1,[],{"z":true}]},"n":null})");
}

TEST(Builder, ArraysCountPastTen) {
  DocumentBuilder b;
  b.begin_array("a");
  for (int i = 0; i < 1000; ++i) b.push(i);
  b.end();
  const Document d = b.take();
  expect_valid(d);
  int i = 0;
  for (const Element& e : d["a"].as_document()) {
    EXPECT_EQ(e.name, std::to_string(i));
    EXPECT_EQ(e.value.as_int32(), i++);
  }
  EXPECT_EQ(i, 1000);
}

TEST(Builder, EveryAppend) {
  DocumentBuilder b;
  const std::uint8_t bytes[] = {1, 2, 3};
  b.append("double", 1.5)
      .append("int", 1)
      .append("long", std::int64_t{1} << 40)
      .append("bool", true);
  b.append("text", "x").append("view", std::string_view("y")).append("string", std::string("z"));
  b.append("doc", document("q", 1)).append("oid", ObjectId()).append("date", Date{5});
  b.append("ts", Timestamp{1, 2}).append("dec", *Decimal128::from_string("1.5"));
  b.append("bin", BinaryView{0, bytes}).append("re", RegexView{"p", "xi"}).append_null("null");
  b.append_array("arr", array(1, 2).view().as_document())
      .append_text("sym", BsonType::kSymbol, "s");
  b.append_code_with_scope("cws", "f", document("v", 2)).append_empty("max", BsonType::kMaxKey);
  b.append("missing", ValueView()).append("value", Value::int32(9)).append_all(document("tail", 1));
  const Document d = b.take();
  expect_valid(d);
  EXPECT_EQ(to_json(d),
            R"({"double":1.5,"int":1,"long":1099511627776,"bool":true,"text":"x","view":"y",)"
            R"("string":"z","doc":{"q":1},"oid":{"$oid":"000000000000000000000000"},)"
            R"("date":{"$date":"1970-01-01T00:00:00.005Z"},"ts":{"$timestamp":{"t":2,"i":1}},)"
            R"("dec":{"$numberDecimal":"1.5"},"bin":{"$binary":{"base64":"AQID","subType":"00"}},)"
            R"("re":{"$regularExpression":{"pattern":"p","options":"ix"}},"null":null,"arr":[1,2],)"
            R"("sym":{"$symbol":"s"},"cws":{"$code":"f","$scope":{"v":2}},"max":{"$maxKey":1},)"
            R"("value":9,"tail":1})");
}

TEST(Builder, WritesAtTheEndOfAForeignBuffer) {
  std::string buffer = "head";
  DocumentBuilder first(buffer);
  first.append("a", 1);
  first.finish();
  const std::size_t middle = buffer.size();
  DocumentBuilder second(buffer);
  second.begin_array("b").push("x").end();
  second.finish();
  EXPECT_EQ(buffer.substr(0, 4), "head");
  const auto a = Document::from_bytes(std::string_view(buffer).substr(4, middle - 4));
  const auto b = Document::from_bytes(std::string_view(buffer).substr(middle));
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(to_json(*a), R"({"a":1})");
  EXPECT_EQ(to_json(*b), R"({"b":["x"]})");
}

TEST(Builder, SortsTheOptionsOfARegexButNeverInsideACharacter) {
  DocumentBuilder b;
  b.append("r", RegexView{"p", "xmi"}).append("s", RegexView{"p", "x\u0139\u4e2da"});
  const Document d = b.take();
  expect_valid(d);
  EXPECT_EQ(d["r"].as_regex().options, "imx");
  EXPECT_EQ(d["s"].as_regex().options, "x\u0139\u4e2da");
  expect_valid(*from_json(to_json(d)));
}

TEST(Builder, TakesArrays) {
  const Value value = array(1, "x", document("a", 1));
  EXPECT_EQ(value.type(), BsonType::kArray);
  EXPECT_EQ(to_json(value.view()), R"([1,"x",{"a":1}])");
}

TEST(Builder, ReusesAViewOfItsOwnKind) {
  const Document d = document("a", document("b", array(1, 2)));
  DocumentBuilder b;
  b.append("copy", d["a"]);
  EXPECT_EQ(to_json(b.take()), R"({"copy":{"b":[1,2]}})");
}

}  // namespace
}  // namespace cairn
