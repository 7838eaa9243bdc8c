// Decoding: the exact values come back, and bytes that no encoder writes are refused without harm.
#include "tests/index/key_random.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace cairn::key {
namespace {

std::vector<Direction> directions_of(const Key& key) {
  std::vector<Direction> directions;
  for (const auto& [direction, value] : key) directions.push_back(direction);
  return directions;
}

void expect_round_trip(const Key& key) {
  const Encoded encoded = encode(key);
  std::vector<Model> decoded;
  ASSERT_TRUE(decode(encoded.key, encoded.type_bits, directions_of(key), decoded))
      << to_hex(encoded.key);
  ASSERT_EQ(decoded.size(), key.size());
  for (std::size_t i = 0; i < key.size(); ++i) {
    ASSERT_TRUE(identical(decoded[i], key[i].second))
        << describe(key[i].second) << '\n'
        << describe(decoded[i]) << '\n'
        << to_hex(encoded.key) << " / " << to_hex(encoded.type_bits);
  }
}

TEST(KeyDecode, NumbersComeBackBitForBit) {
  Random random(seed_for("KeyDecode.NumbersComeBackBitForBit"));
  for (int round = 0; round < 200000; ++round) {
    ASSERT_NO_FATAL_FAILURE(expect_round_trip({{random_direction(random), random_number(random)}}));
  }
}

TEST(KeyDecode, ValuesComeBackBitForBit) {
  Random random(seed_for("KeyDecode.ValuesComeBackBitForBit"));
  for (int round = 0; round < 50000; ++round) {
    Key key;
    for (auto components = 1 + random() % 3; components > 0; --components) {
      key.emplace_back(random_direction(random), random_value(random, 3));
    }
    ASSERT_NO_FATAL_FAILURE(expect_round_trip(key));
  }
}

// Type bits pass over more values than a nibble counts.
TEST(KeyDecode, ExceptionsFarApart) {
  for (int gap = 0; gap < 100; ++gap) {
    Model array{.kind = Token::Kind::kArray};
    const auto passed = static_cast<std::size_t>(gap);
    array.fields.assign(passed, ModelField{"", Model::int32(1)});
    array.fields.push_back({"", Model::real_number(2)});
    array.fields.insert(array.fields.end(), passed,
                        ModelField{"", Model::with_text(Token::Kind::kString, "s")});
    array.fields.push_back({"", Model::with_text(Token::Kind::kSymbol, "s")});
    ASSERT_NO_FATAL_FAILURE(expect_round_trip({{Direction::kAscending, array}}));
  }
}

TEST(KeyDecode, CommonTypesHaveNoTypeBits) {
  for (const char* script :
       {"i32:0", "i32:-5", "i32:2147483647", "i64:2147483648", "i64:-9223372036854775807",
        "f64:0.5", "f64:-19.99", "f64:1e300", "f64:nan", "f64:inf", "dec:0.1", "dec:19.99",
        "dec:-1E-400", "str:'a'", "oid:0102030405060708090a0b0c", "date:1", "true",
        "{'a' i32:1 'b' str:'x'}", "null"}) {
    EXPECT_EQ(encode(parse_script(script)).type_bits, "") << script;
  }
  for (const char* script :
       {"i64:5", "f64:5", "f64:0", "dec:5", "dec:1.10", "dec:2.5", "sym:'a'"}) {
    EXPECT_EQ(encode(parse_script(script)).type_bits.size(), 1U) << script;
  }
}

TEST(KeyDecode, NestingHasALimit) {
  for (const int depth : {kMaxKeyNesting, kMaxKeyNesting + 1}) {
    std::string key;
    std::string type_bits;
    Encoder encoder(key, type_bits);
    encoder.begin(Direction::kAscending);
    for (int i = 0; i < depth; ++i) encoder.begin_array();
    for (int i = 0; i < depth; ++i) encoder.end_array();
    encoder.finish(Terminator::kEnd);
    Decoder decoder(key, type_bits);
    decoder.begin(Direction::kAscending);
    EXPECT_EQ(decoder.skip(), depth <= kMaxKeyNesting);
  }
}

TEST(KeyDecode, SkipsWholeComponents) {
  Random random(seed_for("KeyDecode.SkipsWholeComponents"));
  for (int round = 0; round < 5000; ++round) {
    const Key key{{random_direction(random), random_value(random, 2)},
                  {random_direction(random), Model::int32(77)}};
    const Encoded encoded = encode(key);
    Decoder decoder(encoded.key, encoded.type_bits);
    decoder.begin(key[0].first);
    ASSERT_FALSE(decoder.at_end());
    ASSERT_TRUE(decoder.skip());
    decoder.begin(key[1].first);
    const auto token = decoder.next();
    ASSERT_TRUE(token && token->kind == Token::Kind::kInt32 && token->integer == 77);
    ASSERT_TRUE(decoder.at_end());
    ASSERT_TRUE(decoder.finish());
  }
}

// Accepting is allowed only where encoding what was read gives the same bytes again.
void expect_refused_or_canonical(std::string_view key, std::string_view type_bits,
                                 const std::vector<Direction>& directions) {
  // Copies of exactly the right size let the address sanitizer see a read beyond them.
  const std::vector<char> key_copy(key.begin(), key.end());
  const std::vector<char> type_copy(type_bits.begin(), type_bits.end());
  std::vector<Model> models;
  if (!decode({key_copy.data(), key_copy.size()}, {type_copy.data(), type_copy.size()}, directions,
              models))
    return;
  Key decoded;
  for (std::size_t i = 0; i < models.size(); ++i) decoded.emplace_back(directions[i], models[i]);
  const Encoded again = encode(decoded);
  ASSERT_EQ(to_hex(again.key), to_hex(key));
  ASSERT_EQ(to_hex(again.type_bits), to_hex(type_bits)) << to_hex(key);
}

TEST(KeyDecode, EveryTruncationIsRefused) {
  Random random(seed_for("KeyDecode.EveryTruncationIsRefused"));
  for (int round = 0; round < 3000; ++round) {
    const Key key{{random_direction(random), random_value(random, 2)}};
    const Encoded encoded = encode(key);
    for (std::size_t size = 0; size < encoded.key.size(); ++size) {
      const std::vector<char> cut(encoded.key.begin(),
                                  encoded.key.begin() + static_cast<std::ptrdiff_t>(size));
      std::vector<Model> models;
      ASSERT_FALSE(decode({cut.data(), cut.size()}, encoded.type_bits, directions_of(key), models))
          << to_hex(encoded.key) << " cut to " << size;
    }
  }
}

TEST(KeyDecode, TypeBitsThatMeetNoValueAreRefused) {
  const Encoded encoded = encode(parse_script("f64:5 str:'a'"));
  ASSERT_EQ(to_hex(encoded.type_bits), "02");
  for (const char* type_bits :
       {"0202", "02020a", "12", "22", "f002", "f0", "020af0", "0200", "020f", "06ff", "0701"}) {
    std::vector<Model> models;
    EXPECT_FALSE(decode(encoded.key, from_hex(type_bits),
                        {Direction::kAscending, Direction::kAscending}, models))
        << type_bits;
  }
}

// Tags that bring a value of their own must not replace the key's.
TEST(KeyDecode, RawTagsMustAgreeWithTheKey) {
  const std::string integer = encode(Model::int32(-5)).key;
  const std::string raw_double = from_hex("09000000000000f03f");
  const std::string raw_decimal = from_hex("0801000000000000000000000000004030");
  for (const std::string& type_bits : {raw_double, raw_decimal, from_hex("0b1820")}) {
    std::vector<Model> models;
    EXPECT_FALSE(decode(integer, type_bits, {Direction::kAscending}, models)) << to_hex(type_bits);
  }
}

TEST(KeyDecode, ChangedBytesAreRefusedOrCanonical) {
  Random random(seed_for("KeyDecode.ChangedBytesAreRefusedOrCanonical"));
  for (int round = 0; round < 100000; ++round) {
    const Key key{{random_direction(random),
                   random() % 2 == 0 ? random_number(random) : random_value(random, 2)}};
    Encoded encoded = encode(key);
    const std::string other = encode(random_number(random)).type_bits;
    if (random() % 4 == 0) encoded.type_bits = other;
    for (auto changes = random() % 3; changes > 0; --changes) {
      std::string& bytes =
          random() % 4 == 0 && !encoded.type_bits.empty() ? encoded.type_bits : encoded.key;
      char& byte = bytes[random() % bytes.size()];
      byte = static_cast<char>(random() % 2 == 0 ? byte ^ (1 << random() % 8) : random());
    }
    ASSERT_NO_FATAL_FAILURE(
        expect_refused_or_canonical(encoded.key, encoded.type_bits, directions_of(key)));
  }
}

TEST(KeyDecode, RandomBytesAreRefusedOrCanonical) {
  Random random(seed_for("KeyDecode.RandomBytesAreRefusedOrCanonical"));
  for (int round = 0; round < 200000; ++round) {
    std::string key(random() % 24, '\0');
    std::ranges::generate(
        key, [&] { return static_cast<char>(random() % 3 == 0 ? random() % 4 : random() % 0x60); });
    std::string type_bits(random() % 3 == 0 ? random() % 18 : 0, '\0');
    std::ranges::generate(type_bits, [&] { return static_cast<char>(random() % 13); });
    key += '\x02';
    ASSERT_NO_FATAL_FAILURE(
        expect_refused_or_canonical(key, type_bits, {random_direction(random)}));
  }
}

}  // namespace
}  // namespace cairn::key
