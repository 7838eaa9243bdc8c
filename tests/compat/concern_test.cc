// Write concerns: what is refused at once, what is a writeConcernError, what waits for the disk.
#include "compat/mongodb/arguments/concern.h"

#include <gtest/gtest.h>

namespace cairn::mongodb {
namespace {

struct Row {
  const char* concern;
  bool durable;
  ErrorCode standalone;   // what a standalone server says before it writes
  ErrorCode replica_set;  // the writeConcernError of a set of one
};

constexpr Row kRows[] = {
    {R"({})", false, ErrorCode::kOK, ErrorCode::kOK},
    {R"({"w": 0})", false, ErrorCode::kOK, ErrorCode::kOK},
    {R"({"w": 1, "j": true})", true, ErrorCode::kOK, ErrorCode::kOK},
    {R"({"w": 1, "j": 0})", false, ErrorCode::kOK, ErrorCode::kOK},
    {R"({"fsync": true})", true, ErrorCode::kOK, ErrorCode::kOK},
    {R"({"w": "majority", "wtimeout": 5})", true, ErrorCode::kOK, ErrorCode::kOK},
    {R"({"w": 2})", false, ErrorCode::kBadValue, ErrorCode::kUnsatisfiableWriteConcern},
    {R"({"w": 2.0})", false, ErrorCode::kBadValue, ErrorCode::kUnsatisfiableWriteConcern},
    {R"({"w": "east"})", false, ErrorCode::kBadValue, ErrorCode::kUnknownReplWriteConcern},
    {R"({"w": {"dc": 1}})", false, ErrorCode::kBadValue, ErrorCode::kUnsatisfiableWriteConcern},
};

TEST(Concern, Table) {
  for (const Row& row : kRows) {
    const Document document = *from_json(row.concern);
    const Result<WriteConcern> concern = parse_write_concern(document);
    ASSERT_TRUE(concern.ok()) << row.concern << concern.status().to_string();
    EXPECT_EQ(concern->durable(), row.durable) << row.concern;
    EXPECT_EQ(check_standalone(*concern).code(), row.standalone) << row.concern;
    const auto why = unsatisfied(*concern);
    EXPECT_EQ(why ? why->code() : ErrorCode::kOK, row.replica_set) << row.concern;
  }
}

}  // namespace
}  // namespace cairn::mongodb
