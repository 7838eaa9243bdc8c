// The strict reading of a document's fields.
#include "compat/mongodb/arguments/field.h"

#include <gtest/gtest.h>

namespace cairn::mongodb {
namespace {

enum TestField { kText, kCount, kFlag, kFilter };
constexpr Field kFields[] = {
    {.name = "text", .types = kString, .required = true},
    {.name = "count", .types = kNumber, .at_least = 0},
    {.name = "flag", .types = kBoolOrNumber},
    {.name = "filter", .types = kObject, .wording = Wording::kExpectedObject},
};

struct Row {
  const char* why;
  const char* document;
  ErrorCode code;
  const char* message;
};

constexpr Row kRows[] = {
    {"all is well", R"({"text": "a", "count": 1, "flag": true, "filter": {}})", ErrorCode::kOK, ""},
    {"null is absent", R"({"text": "a", "count": null})", ErrorCode::kOK, ""},
    {"a required null is missing", R"({"text": null})", ErrorCode::kIDLFailedToParse,
     "BSON field 'cmd.text' is missing but a required field"},
    {"missing", R"({"count": 1})", ErrorCode::kIDLFailedToParse,
     "BSON field 'cmd.text' is missing but a required field"},
    {"unknown", R"({"text": "a", "foo": 1})", ErrorCode::kIDLUnknownField,
     "BSON field 'cmd.foo' is an unknown field."},
    {"twice", R"({"text": "a", "text": "b"})", location(40413),
     "BSON field 'cmd.text' is a duplicate field"},
    {"one type", R"({"text": 1})", ErrorCode::kTypeMismatch,
     "BSON field 'cmd.text' is the wrong type 'int', expected type 'string'"},
    {"several types", R"({"text": "a", "flag": "x"})", ErrorCode::kTypeMismatch,
     "BSON field 'cmd.flag' is the wrong type 'string', expected types '[bool, long, int, decimal, "
     "double]'"},
    {"worded for filters", R"({"text": "a", "filter": 1})", ErrorCode::kTypeMismatch,
     "Expected field filter to be of type object"},
    {"too small", R"({"text": "a", "count": -1})", ErrorCode::kBadValue,
     "BSON field 'count' value must be >= 0, actual value '-1'"},
    {"any number type", R"({"text": "a", "count": {"$numberDecimal": "5"}})", ErrorCode::kOK, ""},
};

TEST(Field, Table) {
  for (const Row& row : kRows) {
    const Document document = *from_json(row.document);
    Arguments arguments;
    const Status status = parse_document("cmd", kFields, document, arguments);
    EXPECT_EQ(status.code(), row.code) << row.why << ": " << status.to_string();
    EXPECT_EQ(status.message(), row.message) << row.why;
  }
}

TEST(Field, ValuesByPlace) {
  const Document document = *from_json(R"({"count": 2.9, "text": "a", "flag": 0})");
  Arguments arguments;
  ASSERT_TRUE(parse_document("cmd", kFields, document, arguments).ok());
  EXPECT_EQ(arguments.string(kText), "a");
  EXPECT_EQ(arguments.integer(kCount), 2);  // truncated, as MongoDB's safe integers
  EXPECT_TRUE(arguments.has(kFlag));
  EXPECT_FALSE(arguments.boolean(kFlag, true));
  EXPECT_FALSE(arguments.has(kFilter));
  EXPECT_TRUE(arguments.document(kFilter).empty());
}

}  // namespace
}  // namespace cairn::mongodb
