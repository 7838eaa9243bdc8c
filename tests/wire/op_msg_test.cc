#include "wire/mongodb/op_msg.h"

#include "tests/wire/message_bytes.h"

#include <gtest/gtest.h>

namespace cairn::wire::mongodb {
namespace {

std::string sections(std::initializer_list<std::string> parts) {
  std::string all;
  for (const std::string& part : parts) all += part;
  return all;
}

const Document kPing = document("ping", 1, "$db", "admin");
const Document kInsert = document("insert", "tea", "$db", "shop");

TEST(OpMsg, ABodyIsAViewIntoTheMessage) {
  const std::string message = op_msg(0, body_section(kPing));
  Request request;
  ASSERT_TRUE(parse_op_msg(bytes_of(message), request));
  EXPECT_EQ(request.body, kPing.view());
  EXPECT_EQ(reinterpret_cast<const char*>(request.body.data()), message.data() + 21);
  EXPECT_EQ(request.id, 7);
  EXPECT_EQ(request.kind, RequestKind::kMessage);
  EXPECT_FALSE(request.more_to_come);
  EXPECT_FALSE(request.exhaust_allowed);
  EXPECT_FALSE(request.checksummed);
  EXPECT_TRUE(request.sequences.empty());
}

TEST(OpMsg, SectionsComeInAnyOrder) {
  const std::vector<Document> ops = {document("insert", 0), document("insert", 1)};
  const std::vector<Document> namespaces = {document("ns", "shop.tea")};
  const std::string body = body_section(kInsert);
  const std::string first = sequence_section("ops", ops);
  const std::string second = sequence_section("nsInfo", namespaces);
  for (const std::string& order : {sections({body, first, second}), sections({first, body, second}),
                                   sections({second, first, body})}) {
    const std::string message = op_msg(0, order);
    Request request;
    ASSERT_TRUE(parse_op_msg(bytes_of(message), request));
    EXPECT_EQ(request.body, kInsert.view());
    ASSERT_NE(request.sequence("ops"), nullptr);
    ASSERT_NE(request.sequence("nsInfo"), nullptr);
    EXPECT_EQ(request.sequence("documents"), nullptr);
    ASSERT_EQ(request.sequence("ops")->documents.size(), 2U);
    EXPECT_EQ(request.sequence("ops")->documents[1], ops[1].view());
    ASSERT_EQ(request.sequence("nsInfo")->documents.size(), 1U);
    EXPECT_EQ(request.sequence("nsInfo")->documents[0], namespaces[0].view());
  }
}

TEST(OpMsg, ASequenceMayBeEmpty) {
  const std::string message =
      op_msg(0, sections({body_section(kInsert), sequence_section("documents", {})}));
  Request request;
  ASSERT_TRUE(parse_op_msg(bytes_of(message), request));
  ASSERT_NE(request.sequence("documents"), nullptr);
  EXPECT_TRUE(request.sequence("documents")->documents.empty());
}

TEST(OpMsg, ARequestIsReusedWithoutTraces) {
  Request request;
  const std::string full =
      op_msg(kFlagMoreToCome | kFlagExhaustAllowed,
             sections({body_section(kInsert), sequence_section("documents", {document("a", 1)})}));
  ASSERT_TRUE(parse_op_msg(bytes_of(full), request));
  EXPECT_TRUE(request.more_to_come);
  EXPECT_TRUE(request.exhaust_allowed);
  const std::string plain = op_msg(0, body_section(kPing));
  ASSERT_TRUE(parse_op_msg(bytes_of(plain), request));
  EXPECT_TRUE(request.sequences.empty());
  EXPECT_TRUE(request.documents.empty());
  EXPECT_FALSE(request.more_to_come);
  EXPECT_FALSE(request.exhaust_allowed);
}

TEST(OpMsg, OptionalFlagsThatAreNotKnownAreIgnored) {
  Request request;
  const std::string message = op_msg(0xfffe0000U, body_section(kPing));
  ASSERT_TRUE(parse_op_msg(bytes_of(message), request));
}

TEST(OpMsg, AChecksumIsVerified) {
  std::string message = op_msg(kFlagChecksumPresent, body_section(kPing));
  Request request;
  ASSERT_TRUE(parse_op_msg(bytes_of(message), request));
  EXPECT_TRUE(request.checksummed);
  EXPECT_EQ(request.body, kPing.view());
  for (const std::size_t at : {std::size_t{4}, message.size() / 2, message.size() - 1}) {
    std::string damaged = message;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    const auto parsed = parse_op_msg(bytes_of(damaged), request);
    ASSERT_FALSE(parsed) << at;
    EXPECT_EQ(parsed.error().consequence, Consequence::kClose) << at;
  }
}

TEST(OpMsg, TheChecksumIsCastagnolis) {
  EXPECT_EQ(crc32c(bytes_of("123456789")),
            0xe3069283U);  // the check value of the catalogue of CRCs
  EXPECT_EQ(crc32c(bytes_of(std::string(32, '\0'))), 0x8a9136aaU);  // RFC 3720, B.4
  EXPECT_EQ(crc32c({}), 0U);
}

struct Malformation {
  const char* why;
  std::string message;
  Consequence consequence;
  std::int32_t code;
};

std::vector<Malformation> malformations() {
  const std::string body = body_section(kPing);
  const std::string sequence = sequence_section("documents", {document("a", 1)});
  std::string lying_section = sequence;
  lying_section[1] = 0x7f;
  std::string short_section = sequence;
  short_section[1] = 3;
  std::string negative_section = sequence;
  negative_section.replace(1, 4, little_endian(-1));
  std::string lying_document = body;
  lying_document[1] = 0x7f;
  std::string tiny_document = body;
  tiny_document.replace(1, 4, little_endian(4));
  std::string bad_type = body;
  bad_type[5] = 0x42;
  std::string unnamed = "\1" + little_endian(4 + 3) + "abc";
  Document nested = document("x", 1);
  for (int i = 0; i < 250; ++i) nested = document("x", nested);
  using enum Consequence;
  const auto protocol = static_cast<std::int32_t>(ErrorCode::kProtocolError);
  const auto bson = static_cast<std::int32_t>(ErrorCode::kInvalidBSON);
  return {
      {"no room for flags", with_header(2013, "abc"), kClose, protocol},
      {"unknown required flag", op_msg(1U << 2, body), kClose, protocol},
      {"another unknown required flag", op_msg(1U << 15, body), kClose, protocol},
      {"no room for a checksum", with_header(2013, little_endian(1) + "abc"), kClose, protocol},
      {"three sequences",
       op_msg(0, sections({body, sequence_section("a", {}), sequence_section("b", {}),
                           sequence_section("c", {})})),
       kClose, protocol},
      {"no sections", op_msg(0, ""), kAnswer, 40587},
      {"no body", op_msg(0, sequence), kAnswer, 40587},
      {"two bodies", op_msg(0, body + body), kAnswer, 40430},
      {"a sequence twice", op_msg(0, body + sequence + sequence), kAnswer, 40431},
      {"unknown kind", op_msg(0, body + "\2" + "rest"), kAnswer, 40432},
      {"sequence also in the body",
       op_msg(0, body_section(document("insert", 1, "documents", 1)) + sequence), kAnswer, 40433},
      {"section longer than the message", op_msg(0, body + lying_section), kAnswer, protocol},
      {"section shorter than its own size", op_msg(0, body + short_section), kAnswer, protocol},
      {"section of negative size", op_msg(0, body + negative_section), kAnswer, protocol},
      {"section without a size", op_msg(0, body + "\1"), kAnswer, protocol},
      {"a name without its NUL", op_msg(0, body + unnamed), kAnswer, protocol},
      {"sequence without even a name", op_msg(0, body + "\1" + little_endian(4)), kAnswer,
       protocol},
      {"kind without a document", op_msg(0, std::string(1, '\0')), kAnswer, bson},
      {"document longer than the message", op_msg(0, lying_document), kAnswer, bson},
      {"document shorter than possible", op_msg(0, tiny_document), kAnswer, bson},
      {"unknown BSON type", op_msg(0, bad_type), kAnswer, bson},
      {"trailing byte", op_msg(0, body + std::string(1, '\0')), kAnswer, 40430},
      {"nested too deeply", op_msg(0, body_section(nested)), kAnswer, 0},
  };
}

TEST(OpMsg, EveryMalformationIsFoundOut) {
  for (const Malformation& m : malformations()) {
    Request request;
    const auto parsed = parse_op_msg(bytes_of(m.message), request);
    ASSERT_FALSE(parsed) << m.why;
    EXPECT_EQ(parsed.error().consequence, m.consequence) << m.why;
    EXPECT_EQ(request.id, 7) << m.why;
    if (m.code != 0) {
      EXPECT_EQ(static_cast<std::int32_t>(parsed.error().status.code()), m.code) << m.why;
    }
  }
}

TEST(OpMsg, AnErrorToBeAnsweredKnowsWhetherAnybodyListens) {
  Request request;
  const std::string message = op_msg(kFlagMoreToCome, "");
  ASSERT_FALSE(parse_op_msg(bytes_of(message), request));
  EXPECT_TRUE(request.more_to_come);
}

TEST(OpMsg, EveryTruncationIsFoundOut) {
  const std::string whole =
      op_msg(0, sections({sequence_section("documents", {document("a", 1), document("b", "x")}),
                          body_section(kInsert)}));
  for (std::size_t size = kHeaderBytes; size < whole.size(); ++size) {
    std::string cut =
        whole.substr(0, size);  // in memory of its own, so that ASan sees a byte too far
    cut.replace(0, 4, little_endian(static_cast<std::int32_t>(size)));
    Request request;
    EXPECT_FALSE(parse_op_msg(bytes_of(cut), request)) << size;
  }
}

}  // namespace
}  // namespace cairn::wire::mongodb
