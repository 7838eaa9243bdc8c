// Status and Result: values, names and the macros.
#include <cairn/status.h>

#include <gtest/gtest.h>

namespace cairn {
namespace {

TEST(Status, SuccessIsOnePointerAndNoError) {
  const Status status;
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(status.code(), ErrorCode::kOK);
  EXPECT_EQ(status.message(), "");
  EXPECT_EQ(status.to_string(), "OK");
  EXPECT_EQ(sizeof(Status), sizeof(void*));
}

TEST(Status, NamesItsCode) {
  EXPECT_EQ(Status(ErrorCode::kBadValue, "why").to_string(), "BadValue (2): why");
  EXPECT_EQ(Status(location(40352), "why").code_name(), "Location40352");
  EXPECT_EQ(Status(ErrorCode::kDuplicateKey, "").to_string(), "DuplicateKey (11000)");
}

TEST(Status, CopiesAreIndependent) {
  Status a(ErrorCode::kBadValue, "a", "details");
  const Status b = a;
  a = Status();
  EXPECT_TRUE(a.ok());
  EXPECT_EQ(b.message(), "a");
  EXPECT_EQ(b.details(), "details");
  Status c = b;
  const Status& same = c;
  c = same;
  EXPECT_EQ(c.message(), "a");
}

Result<int> half(int value) {
  if (value % 2 != 0) return {ErrorCode::kBadValue, "odd"};
  return value / 2;
}

Result<int> quarter(int value) {
  CAIRN_ASSIGN_OR_RETURN(const int once, half(value));
  CAIRN_ASSIGN_OR_RETURN(const int twice, half(once));
  return twice;
}

TEST(Result, MacrosPassErrorsOn) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(6).status().message(), "odd");
  EXPECT_TRUE(quarter(8).status().ok());
}

}  // namespace
}  // namespace cairn
