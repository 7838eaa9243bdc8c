// Views, number conversions and type names.
#include <gtest/gtest.h>

#include <cmath>

#include <cairn/bson.h>

#include "engine/bson/type_name.h"

namespace cairn {
namespace {

TEST(View, DefaultsAreEmptyAndMissing) {
  EXPECT_TRUE(DocumentView().empty());
  EXPECT_EQ(DocumentView().count(), 0U);
  EXPECT_TRUE(DocumentView()["a"].missing());
  EXPECT_FALSE(ValueView().has_value());
  EXPECT_TRUE(Value().missing());
}

TEST(View, FindsTheFirstFieldOfAName) {
  const Document d = document("a", 1, "ab", 2, "", 3, "a", 4);
  EXPECT_EQ(d["a"].as_int32(), 1);
  EXPECT_EQ(d["ab"].as_int32(), 2);
  EXPECT_EQ(d[""].as_int32(), 3);
  EXPECT_TRUE(d["abc"].missing());
  EXPECT_EQ(d.view().count(), 4U);
}

// A path that a client writes as a text may hold a NUL. The string's length, 256, begins with one,
// which must not be taken for the name's end.
TEST(View, FindsNoFieldOfANameWithANul) {
  const Document d = document("a", std::string(255, 'x'), "b", 1);
  EXPECT_TRUE(d.view().find(std::string_view("a\0", 2)).missing());
  EXPECT_TRUE(d.view().find(std::string_view("\0", 1)).missing());
  EXPECT_TRUE(d.view().find(std::string_view("a\0bcdefghij", 12)).missing());
}

TEST(View, CompositePayloads) {
  const Document d = *from_json(R"({
    "r": {"$regularExpression": {"pattern": "a.b", "options": "im"}},
    "c": {"$code": "f", "$scope": {"x": 1}},
    "p": {"$dbPointer": {"$ref": "db.c", "$id": {"$oid": "0102030405060708090a0b0c"}}},
    "b": {"$binary": {"base64": "AQID", "subType": "80"}}})");
  EXPECT_EQ(d["r"].as_regex().pattern, "a.b");
  EXPECT_EQ(d["r"].as_regex().options, "im");
  EXPECT_EQ(d["c"].code_with_scope_code(), "f");
  EXPECT_EQ(d["c"].code_with_scope_scope()["x"].as_int32(), 1);
  EXPECT_EQ(d["p"].db_pointer_namespace(), "db.c");
  EXPECT_EQ(d["p"].db_pointer_id().to_hex(), "0102030405060708090a0b0c");
  EXPECT_EQ(d["b"].as_binary().subtype, 0x80);
  EXPECT_EQ(d["b"].as_binary().bytes.size(), 3U);
  EXPECT_EQ(d["b"].as_binary().bytes[2], 3);
}

TEST(View, NumbersConvert) {
  const auto decimal = [](const char* text) {
    return Value::decimal128(*Decimal128::from_string(text));
  };
  EXPECT_EQ(Value::number(3.0).view().to_int64_exact(), 3);
  EXPECT_EQ(Value::number(3.5).view().to_int64_exact(), std::nullopt);
  EXPECT_EQ(Value::number(std::nan("")).view().to_int64_exact(), std::nullopt);
  EXPECT_EQ(Value::number(9223372036854775808.0).view().to_int64_exact(), std::nullopt);
  EXPECT_EQ(Value::number(-9223372036854775808.0).view().to_int64_exact(), INT64_MIN);
  EXPECT_EQ(Value::number(1e300).view().to_int64_clamped(), INT64_MAX);
  EXPECT_EQ(Value::number(-1e300).view().to_int64_clamped(), INT64_MIN);
  EXPECT_EQ(Value::number(-2.9).view().to_int64_clamped(), -2);
  EXPECT_EQ(decimal("7.0").view().to_int64_exact(), 7);
  EXPECT_EQ(decimal("2.5").view().to_double(), 2.5);
  EXPECT_EQ(Value::int64(1LL << 60).view().to_double(), std::ldexp(1, 60));
}

TEST(View, Truth) {
  EXPECT_FALSE(ValueView().truthy());
  EXPECT_FALSE(Value::null().view().truthy());
  EXPECT_FALSE(Value::boolean(false).view().truthy());
  EXPECT_FALSE(Value::int32(0).view().truthy());
  EXPECT_FALSE(Value::number(-0.0).view().truthy());
  EXPECT_FALSE(Value::decimal128(*Decimal128::from_string("0.00")).view().truthy());
  EXPECT_TRUE(Value::number(std::nan("")).view().truthy());
  EXPECT_TRUE(Value::string("").view().truthy());
  EXPECT_TRUE(array().view().truthy());
}

TEST(View, IdenticalIsTypeAndBytes) {
  EXPECT_TRUE(Value::int32(1).view().identical(Value::int32(1)));
  EXPECT_FALSE(Value::int32(1).view().identical(Value::int64(1)));
  EXPECT_FALSE(Value::number(0.0).view().identical(Value::number(-0.0)));
}

TEST(TypeName, BothWays) {
  EXPECT_EQ(type_name(BsonType::kBinary), "binData");
  EXPECT_EQ(type_name(ValueView().type()), "missing");
  EXPECT_EQ(type_from_name("objectId"), BsonType::kObjectId);
  EXPECT_EQ(type_from_name("minKey"), BsonType::kMinKey);
  EXPECT_EQ(type_from_name("number"), std::nullopt);
  EXPECT_EQ(type_from_name("missing"), std::nullopt);
  EXPECT_EQ(type_from_number(-1), BsonType::kMinKey);
  EXPECT_EQ(type_from_number(127), BsonType::kMaxKey);
  EXPECT_EQ(type_from_number(19), BsonType::kDecimal128);
  EXPECT_EQ(type_from_number(0), std::nullopt);
  EXPECT_EQ(type_from_number(20), std::nullopt);
  EXPECT_EQ(type_from_number(255), std::nullopt);
}

}  // namespace
}  // namespace cairn
