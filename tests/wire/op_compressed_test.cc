#include "wire/mongodb/op_compressed.h"

#include "tests/wire/message_bytes.h"
#include "wire/mongodb/op_msg.h"

#include <cairn/limits.h>

#include <gtest/gtest.h>

namespace cairn::wire::mongodb {
namespace {

constexpr Compressor kAll[] = {Compressor::kNoop, Compressor::kSnappy, Compressor::kZlib,
                               Compressor::kZstd};

std::string repetitive_message() {
  return op_msg(0, body_section(document("insert", std::string(5000, 'x'), "$db", "shop")));
}

std::string compressed(Compressor compressor, std::string message) {
  std::string scratch;
  compress_message(compressor, 0, message, scratch);
  return message;
}

std::string op_compressed(std::int32_t opcode, std::int32_t size, int compressor,
                          std::string_view bytes) {
  return with_header(2012, little_endian(opcode) + little_endian(size) +
                               std::string(1, static_cast<char>(compressor)) + std::string(bytes));
}

TEST(OpCompressed, EveryCompressorGivesTheMessageBack) {
  const std::string message = repetitive_message();
  for (const Compressor compressor : kAll) {
    const std::string small = compressed(compressor, message);
    EXPECT_EQ(load_header(bytes_of(small)).opcode, Opcode::kCompressed);
    EXPECT_EQ(load_header(bytes_of(small)).request_id, 7);
    EXPECT_EQ(load_header(bytes_of(small)).length, static_cast<std::int32_t>(small.size()));
    if (compressor != Compressor::kNoop) {
      EXPECT_LT(small.size(), message.size() / 2);
    }
    std::string out = "earlier";
    const auto how = decompress_message(bytes_of(small), out);
    ASSERT_TRUE(how) << how.error().status.to_string();
    EXPECT_EQ(*how, compressor);
    EXPECT_EQ(out, "earlier" + message);
  }
}

TEST(OpCompressed, WhatDoesNotShrinkIsSentAsItIs) {
  const std::string message = op_msg(0, body_section(document("ping", 1)));
  EXPECT_EQ(compressed(Compressor::kSnappy, message), message);
}

TEST(OpCompressed, OnlyTheMessageAtTheEndOfTheBufferIsCompressed) {
  const std::string message = repetitive_message();
  std::string out = message + message;
  std::string scratch;
  compress_message(Compressor::kZstd, message.size(), out, scratch);
  EXPECT_EQ(out, message + compressed(Compressor::kZstd, message));
}

void expect_closed(const std::string& message, std::string_view why) {
  std::string out;
  const auto result = decompress_message(bytes_of(message), out);
  ASSERT_FALSE(result) << why;
  EXPECT_EQ(result.error().consequence, Consequence::kClose) << why;
}

TEST(OpCompressed, WhatIsWrongClosesTheConnection) {
  const std::string payload = repetitive_message().substr(kHeaderBytes);
  const auto size = static_cast<std::int32_t>(payload.size());
  std::string zstd;
  ASSERT_TRUE(compress(Compressor::kZstd, bytes_of(payload), zstd));
  expect_closed(with_header(2012, "12345678"), "too short");
  expect_closed(op_compressed(2013, size, 4, zstd), "unknown compressor");
  expect_closed(op_compressed(2013, size, 255, zstd), "unknown compressor");
  expect_closed(op_compressed(2012, size, 3, zstd), "compressed twice");
  expect_closed(op_compressed(2002, size, 3, zstd), "an opcode that is gone");
  expect_closed(op_compressed(2013, -1, 3, zstd), "negative size");
  expect_closed(op_compressed(2013, 48'000'000 - 15, 3, zstd), "too large a size");
  expect_closed(op_compressed(2013, size + 1, 3, zstd), "claims more");
  expect_closed(op_compressed(2013, size - 1, 3, zstd), "claims less");
  expect_closed(op_compressed(2013, size, 0, zstd), "noop of another size");
  expect_closed(op_compressed(2013, 5, 3, ""), "no bytes");
}

TEST(OpCompressed, ABombDoesNotGrowPastWhatItClaims) {
  const std::string zeros(30'000'000, '\0');
  for (const Compressor compressor : {Compressor::kSnappy, Compressor::kZlib, Compressor::kZstd}) {
    std::string bomb;
    ASSERT_TRUE(compress(compressor, bytes_of(zeros), bomb));
    std::string out;
    const auto result = decompress_message(
        bytes_of(op_compressed(2013, 1000, static_cast<int>(compressor), bomb)), out);
    ASSERT_FALSE(result);
    EXPECT_LT(out.capacity(), 4096U);
  }
}

TEST(OpCompressed, DamageIsFoundOutOrHarmless) {
  const std::string message = repetitive_message();
  for (const Compressor compressor : {Compressor::kSnappy, Compressor::kZlib, Compressor::kZstd}) {
    const std::string good = compressed(compressor, message);
    for (std::size_t at = kHeaderBytes; at < good.size(); ++at) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ 0x55);
      std::string out;
      if (decompress_message(bytes_of(bad), out)) {
        EXPECT_EQ(out.size(), message.size());
      }
      const std::string cut = good.substr(0, at);
      EXPECT_FALSE(decompress_message(bytes_of(cut), out)) << at;
    }
  }
}

TEST(OpCompressed, NamesAreThoseThatHelloNegotiates) {
  EXPECT_EQ(compressor_from_name("snappy"), Compressor::kSnappy);
  EXPECT_EQ(compressor_from_name("zlib"), Compressor::kZlib);
  EXPECT_EQ(compressor_from_name("zstd"), Compressor::kZstd);
  EXPECT_EQ(compressor_from_name("noop"), std::nullopt);
  EXPECT_EQ(compressor_from_name("lz4"), std::nullopt);
}

TEST(OpCompressed, SecretsAreNotCompressed) {
  EXPECT_FALSE(may_compress("saslStart"));
  EXPECT_FALSE(may_compress("hello"));
  EXPECT_TRUE(may_compress("find"));
}

}  // namespace
}  // namespace cairn::wire::mongodb
