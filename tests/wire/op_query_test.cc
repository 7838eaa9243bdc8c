#include "wire/mongodb/op_query.h"

#include "tests/wire/message_bytes.h"
#include "wire/mongodb/reply.h"

#include <gtest/gtest.h>

namespace cairn::wire::mongodb {
namespace {

std::string op_query(std::string_view name, std::string_view documents) {
  std::string payload = little_endian(4) + std::string(name);
  payload.push_back('\0');
  return with_header(2004, payload + little_endian(0) + little_endian(-1) + std::string(documents));
}

const Document kIsMaster = document("isMaster", 1, "helloOk", true);

TEST(OpQuery, AHandshakeIsACommand) {
  const std::string message = op_query("admin.$cmd", kIsMaster.bytes());
  Request request;
  ASSERT_TRUE(parse_op_query(bytes_of(message), request));
  EXPECT_EQ(request.kind, RequestKind::kQuery);
  EXPECT_EQ(request.full_collection_name, "admin.$cmd");
  EXPECT_EQ(request.body, kIsMaster.view());
  EXPECT_EQ(request.id, 7);
}

TEST(OpQuery, FieldsToReturnAreTaken) {
  const std::string message = op_query("admin.$cmd", kIsMaster.bytes() + document("a", 1).bytes());
  Request request;
  EXPECT_TRUE(parse_op_query(bytes_of(message), request));
}

TEST(OpQuery, AWrappedCommandIsUnwrapped) {
  for (const char* wrapper : {"$query", "query"}) {
    const std::string message = op_query(
        "admin.$cmd",
        document(wrapper, kIsMaster, "$readPreference", document("mode", "nearest")).bytes());
    Request request;
    ASSERT_TRUE(parse_op_query(bytes_of(message), request));
    EXPECT_EQ(request.body, kIsMaster.view());
  }
}

TEST(OpQuery, OnlyCommandsAreTaken) {
  const std::string message = op_query("shop.orders", Document().bytes());
  Request request;
  const auto parsed = parse_op_query(bytes_of(message), request);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().consequence, Consequence::kAnswer);
  EXPECT_EQ(parsed.error().status.code(), ErrorCode::kUnsupportedOpQueryCommand);
}

TEST(OpQuery, EveryTruncationAndExcessIsFoundOut) {
  const std::string whole = op_query("admin.$cmd", kIsMaster.bytes());
  Request request;
  for (std::size_t size = kHeaderBytes; size < whole.size(); ++size) {
    const std::string cut = whole.substr(0, size);
    EXPECT_FALSE(parse_op_query(bytes_of(cut), request)) << size;
  }
  const std::string three = op_query("a.$cmd", kIsMaster.bytes() + Document().bytes() + "x");
  EXPECT_FALSE(parse_op_query(bytes_of(three), request));
}

std::string reply_to(const Request& request, DocumentView body) {
  std::string out = "earlier";
  const std::size_t start = begin_reply(request.kind, out);
  EXPECT_EQ(start, 7U);
  EXPECT_EQ(out.size(), reply_body_start(request.kind, start));
  out.append(body.bytes());
  finish_reply(request, 99, start, out);
  EXPECT_EQ(out.substr(0, 7), "earlier");
  return out.substr(7);
}

TEST(Reply, AQueryIsAnsweredByOpReply) {
  Request request;
  request.kind = RequestKind::kQuery;
  request.id = 5;
  const Document body = document("ok", 1.0);
  using namespace std::string_literals;
  const std::string expected = little_endian(36 + static_cast<int>(body.size())) + "\x63\0\0\0"s +
                               "\x05\0\0\0"s + "\x01\0\0\0"s +  // opcode
                               "\x08\0\0\0"s + std::string(8, '\0') + std::string(4, '\0') +
                               "\x01\0\0\0"s + body.bytes();
  EXPECT_EQ(reply_to(request, body), expected);
}

TEST(Reply, AMessageIsAnsweredByAMessage) {
  Request request;
  request.id = 5;
  const Document body = document("ok", 1.0);
  using namespace std::string_literals;
  EXPECT_EQ(reply_to(request, body), "\x26\0\0\0"s + "\x63\0\0\0"s + "\x05\0\0\0"s +
                                         "\xdd\x07\0\0"s + "\0\0\0\0"s + "\0"s +
                                         "\x11\0\0\0\x01ok\0\0\0\0\0\0\0\xf0\x3f\0"s);
}

TEST(Reply, AChecksummedRequestGetsAChecksummedReply) {
  Request request;
  request.checksummed = true;
  const Document body = document("ok", 1.0);
  const std::string reply = reply_to(request, body);
  Request read;
  ASSERT_TRUE(parse_op_msg(bytes_of(reply), read));
  EXPECT_TRUE(read.checksummed);
  EXPECT_EQ(read.body, body.view());
  EXPECT_EQ(load_header(bytes_of(reply)).length, static_cast<std::int32_t>(reply.size()));
}

}  // namespace
}  // namespace cairn::wire::mongodb
