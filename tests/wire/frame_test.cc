#include "wire/mongodb/frame.h"

#include "tests/wire/message_bytes.h"

#include <cairn/limits.h>

#include <gtest/gtest.h>

namespace cairn::wire::mongodb {
namespace {

std::string header_of(std::int32_t length, std::int32_t opcode) {
  return little_endian(length) + little_endian(1) + little_endian(2) + little_endian(opcode);
}

TEST(Frame, AHeaderIsRead) {
  const std::string bytes = header_of(48'000'000, 2013);
  const auto header = read_header(bytes_of(bytes));
  ASSERT_TRUE(header);
  EXPECT_EQ(header->length, 48'000'000);
  EXPECT_EQ(header->request_id, 1);
  EXPECT_EQ(header->response_to, 2);
  EXPECT_EQ(header->opcode, Opcode::kMessage);
  char stored[kHeaderBytes];
  store_header(*header, stored);
  EXPECT_EQ(std::string_view(stored, kHeaderBytes), bytes);
}

TEST(Frame, ALengthThatCannotBeClosesTheConnection) {
  for (const std::int32_t length : {0, 15, -1, 48'000'001, std::int32_t{0x20544547} /* "GET " */}) {
    const std::string bytes = header_of(length, 2013);
    const auto header = read_header(bytes_of(bytes));
    ASSERT_FALSE(header) << length;
    EXPECT_EQ(header.error().consequence, Consequence::kClose);
  }
}

TEST(Frame, AnOpcodeThatNoClientMaySendClosesTheConnection) {
  for (const std::int32_t opcode :
       {0, 1, 1000, 2001, 2002, 2005, 2006, 2007, 2010, 2011, 2014, -1}) {
    const std::string bytes = header_of(100, opcode);
    const auto header = read_header(bytes_of(bytes));
    ASSERT_FALSE(header) << opcode;
    EXPECT_EQ(header.error().consequence, Consequence::kClose);
  }
  for (const std::int32_t opcode : {2004, 2012, 2013}) {
    const std::string bytes = header_of(100, opcode);
    EXPECT_TRUE(read_header(bytes_of(bytes))) << opcode;
  }
}

}  // namespace
}  // namespace cairn::wire::mongodb
