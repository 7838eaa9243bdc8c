// Validation: what it says and where, its limits, and that no mutated bytes get past it into harm.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include <cairn/bson.h>

#include "tests/bson/rebuild.h"

namespace cairn {
namespace {

std::span<const std::uint8_t> span_of(std::string_view bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

Document sample() {
  return *from_json(R"({
    "_id": {"$oid": "0102030405060708090a0b0c"}, "name": "Ærø", "n": 1, "l": {"$numberLong": "2"},
    "d": 1.5, "t": true, "z": null, "a": [1, [2, {"x": "y"}], {}], "o": {"p": {"q": "r"}},
    "r": {"$regularExpression": {"pattern": "a", "options": "i"}},
    "b": {"$binary": {"base64": "AQID", "subType": "02"}}, "u": {"$undefined": true},
    "c": {"$code": "f", "$scope": {"s": "t"}}, "w": {"$code": "g"}, "y": {"$symbol": "h"},
    "p": {"$dbPointer": {"$ref": "k", "$id": {"$oid": "0102030405060708090a0b0c"}}},
    "ts": {"$timestamp": {"t": 1, "i": 2}}, "dt": {"$date": {"$numberLong": "3"}},
    "dec": {"$numberDecimal": "1.5"}, "lo": {"$minKey": 1}, "hi": {"$maxKey": 1}})");
}

TEST(Validate, ErrorsNameTheFieldAndThePlace) {
  std::string bytes = document("a", document("b", array("x", "y"))).bytes();
  const std::size_t at = bytes.find('y');
  bytes[at] = static_cast<char>(0xff);
  const Status status = validate_document(span_of(bytes)).status();
  EXPECT_EQ(status.code(), ErrorCode::kInvalidBSON);
  EXPECT_EQ(status.message(),
            "text that is not UTF-8 in field 'a.b.1' at byte " + std::to_string(at));
  EXPECT_TRUE(validate_document(span_of(bytes), {.check_utf8 = false}).ok());
}

TEST(Validate, Limits) {
  const Document d = document("a", document("b", document("c", 1)));
  EXPECT_TRUE(validate_document(span_of(d.bytes()), {.max_nesting = 2}).ok());
  EXPECT_FALSE(validate_document(span_of(d.bytes()), {.max_nesting = 1}).ok());
  EXPECT_TRUE(validate_document(span_of(d.bytes()), {.max_bytes = d.size()}).ok());
  EXPECT_EQ(validate_document(span_of(d.bytes()), {.max_bytes = d.size() - 1}).status().code(),
            ErrorCode::kBSONObjectTooLarge);
}

TEST(Validate, DeepNestingNeitherPassesNorCrashes) {
  std::string bytes = document().bytes();
  for (int i = 0; i < 100'000; ++i) {
    std::string outer("\0\0\0\0\x03\0", 6);
    outer += bytes;
    outer.push_back('\0');
    const auto length = static_cast<std::uint32_t>(outer.size());
    std::memcpy(outer.data(), &length, sizeof length);
    bytes = std::move(outer);
    if (bytes.size() > 20'000) break;
  }
  EXPECT_FALSE(validate_document(span_of(bytes)).ok());
}

TEST(Validate, EveryTruncationIsRefused) {
  const std::string bytes = sample().bytes();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    // A copy of exactly this size, so that a sanitizer sees any read past it.
    const std::string cut(bytes, 0, size);
    EXPECT_FALSE(validate_document(span_of(cut)).ok()) << size;
    if (size < 5) continue;
    std::string lying = cut;
    const auto length = static_cast<std::uint32_t>(size);
    std::memcpy(lying.data(), &length, sizeof length);
    EXPECT_FALSE(validate_document(span_of(lying)).ok()) << size;
  }
}

TEST(Validate, MutatedBytesAreRefusedOrReadable) {
  const std::string bytes = sample().bytes();
  std::mt19937 random(11);
  int accepted = 0;
  constexpr int kRounds = 50'000;
  for (int round = 0; round < kRounds; ++round) {
    std::string mutated = bytes;
    for (std::uint32_t i = 0; i <= random() % 3; ++i) {
      mutated[random() % mutated.size()] = static_cast<char>(random());
    }
    const auto view = validate_document(span_of(mutated));
    if (!view) continue;
    ++accepted;
    const Document copy = test::rebuild(*view);
    ASSERT_TRUE(Document::from_bytes(copy.bytes()).ok());
    ASSERT_FALSE(to_json(*view).empty());
    ASSERT_EQ(compare(*view, *view), std::weak_ordering::equivalent);
  }
  EXPECT_GT(accepted, kRounds / 50);
  EXPECT_LT(accepted, kRounds);
}

}  // namespace
}  // namespace cairn
