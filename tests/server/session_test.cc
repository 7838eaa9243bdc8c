// MongoDB's protocol between bytes and the dialect, which is a fake here.
#include "server/mongodb/protocol.h"
#include "server/net/protocol.h"
#include "tests/wire/message_bytes.h"
#include "wire/mongodb/op_compressed.h"
#include "wire/mongodb/op_msg.h"

#include <gtest/gtest.h>

namespace cairn::server {
namespace {

using namespace wire::mongodb;  // NOLINT: what is tested is made of it

class SessionTest : public testing::Test {
 protected:
  SessionTest() {
    protocol_.set_dialect(dialect_);
    session_ = protocol_.connect({.remote_address = "r", .local_address = "l", .connection_id = 1});
  }

  // What comes back for one message; empty where nothing does.
  std::string ask(const std::string& message) {
    EXPECT_EQ(session_->message_size(bytes_of(message)), message.size());
    const auto weight = session_->take_in(bytes_of(message));
    EXPECT_TRUE(weight) << (weight ? "" : weight.error());
    if (!weight) return "";
    weight_ = *weight;
    std::string out = "kept";
    outcome_ = session_->run(out, observer_);
    EXPECT_EQ(out.substr(0, 4), "kept");
    return out.substr(4);
  }
  Document body_of(const std::string& reply) {
    Request parsed;
    EXPECT_TRUE(parse_op_msg(bytes_of(reply), parsed));
    EXPECT_EQ(load_header(bytes_of(reply)).response_to, 7);
    return Document(parsed.body);
  }

  // No database: the fake dialect has no use for it, and only its reference is passed on.
  alignas(8) char no_database_[8] = {};
  std::unique_ptr<log::Log> log_ = log::Log::in_memory();
  mongodb::Dialect dialect_{reinterpret_cast<Database&>(no_database_), {}};
  MongoProtocol protocol_{*log_, std::chrono::milliseconds(20)};
  std::unique_ptr<net::Session> session_;
  net::Weight weight_ = net::Weight::kLong;
  net::Outcome outcome_;
  struct : CommitObserver {
    void committed(const Status&) override {}
  } observer_;
};

TEST_F(SessionTest, ARequestIsAnsweredInItsKind) {
  EXPECT_EQ(body_of(ask(op_msg(0, body_section(document("ping", 1)))))["ok"].as_double(), 1.0);
  EXPECT_EQ(weight_, net::Weight::kInstant);
  const std::string query =
      with_header(2004, little_endian(0) + std::string("admin.$cmd\0", 11) + little_endian(0) +
                            little_endian(-1) + document("isMaster", 1).bytes());
  const std::string reply = ask(query);
  EXPECT_EQ(load_header(bytes_of(reply)).opcode, Opcode::kReply);
  EXPECT_EQ(weight_, net::Weight::kShort);
}

TEST_F(SessionTest, SequencesReachTheDialect) {
  const std::vector<Document> three(3, document("a", 1));
  const Document reply = body_of(
      ask(op_msg(0, sequence_section("documents", three) + body_section(document("echo", "x")))));
  EXPECT_EQ(reply["echo"].as_string(), "x");
  EXPECT_EQ(reply["sequences"].as_document()["documents"].as_int32(), 3);
}

TEST_F(SessionTest, ACompressedRequestGetsACompressedReply) {
  const Document big = document("echo", std::string(4000, 'z'));
  for (const Compressor compressor : {Compressor::kSnappy, Compressor::kZlib, Compressor::kZstd}) {
    std::string message = op_msg(0, body_section(big));
    std::string scratch;
    compress_message(compressor, 0, message, scratch);
    const std::string reply = ask(message);
    std::string plain;
    const auto how = decompress_message(bytes_of(reply), plain);
    ASSERT_TRUE(how);
    EXPECT_EQ(*how, compressor);
    EXPECT_EQ(body_of(plain)["echo"].as_string().size(), 4000U);
  }
  // The next one, not compressed, is answered so.
  EXPECT_EQ(load_header(bytes_of(ask(op_msg(0, body_section(big))))).opcode, Opcode::kMessage);
}

TEST_F(SessionTest, WhoWantsNoReplyGetsNone) {
  EXPECT_EQ(ask(op_msg(kFlagMoreToCome, body_section(document("disk", 1)))), "");
  EXPECT_FALSE(outcome_.durable_after);
  EXPECT_EQ(ask(op_msg(kFlagMoreToCome, "")), "");  // not even an error
}

TEST_F(SessionTest, WhatIsMalformedIsAnsweredOrEndsTheConnection) {
  const Document error = body_of(ask(op_msg(0, body_section(document("a", 1)) + "\7")));
  EXPECT_EQ(error["code"].as_int32(), 40432);
  EXPECT_EQ(error["ok"].as_double(), 0.0);
  EXPECT_EQ(weight_, net::Weight::kInstant);
  const std::string flags = op_msg(1U << 5, body_section(document("a", 1)));
  EXPECT_FALSE(session_->take_in(bytes_of(flags)));
  const std::string bomb =
      with_header(2012, little_endian(2013) + little_endian(48'000'000) + "\3x");
  EXPECT_FALSE(session_->take_in(bytes_of(bomb)));
  EXPECT_EQ(session_->message_size(bytes_of("short")), 0U);
  EXPECT_FALSE(session_->message_size(bytes_of("GET / HTTP/1.1\r\n")));
}

TEST_F(SessionTest, AReplyThatTheDiskRefusedIsReplaced) {
  std::string out = "kept";
  const std::string message = op_msg(0, body_section(document("disk", 1)));
  ASSERT_TRUE(session_->take_in(bytes_of(message)));
  const net::Outcome outcome = session_->run(out, observer_);
  ASSERT_TRUE(outcome.durable_after);
  EXPECT_EQ(outcome.durable_after->value, 5U);
  session_->fail(Status(ErrorCode::kOutOfDiskSpace, "full"), 4, out);
  EXPECT_EQ(out.substr(0, 4), "kept");
  EXPECT_EQ(body_of(out.substr(4))["codeName"].as_string(), "OutOfDiskSpace");
}

TEST_F(SessionTest, TheLastReplyMayBeTheLast) {
  ask(op_msg(0, body_section(document("bye", 1))));
  EXPECT_TRUE(outcome_.close_after);
}

TEST_F(SessionTest, SlowCommandsAreLoggedWithoutTheirBulk) {
  ask(op_msg(0, body_section(document("sleep", 1, "$db", "shop"))));
  EXPECT_EQ(protocol_.slow_operations(), 0);
  ask(op_msg(0, body_section(document("sleep", 30, "big", std::string(9000, 'b'), "$db", "shop"))));
  EXPECT_EQ(protocol_.slow_operations(), 1);
  const auto lines = log_->tail("global").lines;
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_NE(lines[0].find("Slow query"), std::string::npos);
  EXPECT_NE(lines[0].find("shop.$cmd"), std::string::npos);
  EXPECT_NE(lines[0].find("bytes)"), std::string::npos);
  EXPECT_LT(lines[0].size(), 1000U);
}

}  // namespace
}  // namespace cairn::server
