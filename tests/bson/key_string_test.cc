// BSON values through the key encoding: the order of keys is the order of `compare`, and decoding
// gives the values back.
#include "engine/bson/key_string.h"

#include "index/key/record_id.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <iostream>
#include <random>

namespace cairn {
namespace {

using Random = std::mt19937_64;

std::uint64_t seed_for(const char* test) {
  const char* given = std::getenv("CAIRN_TEST_SEED");
  const auto now =
      static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
  const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : now;
  std::cout << test << ": CAIRN_TEST_SEED=" << seed << '\n';
  return seed;
}

int below(Random& random, int limit) {
  return static_cast<int>(random() % static_cast<unsigned>(limit));
}

std::string random_text(Random& random, bool nul = true) {
  static constexpr char kBytes[] = {'a', 'b', '\x7F', '\x01', '\0'};
  std::string text;
  for (int i = below(random, 5); i > 0; --i) text += kBytes[below(random, nul ? 5 : 4)];
  return text;
}

void append_random(DocumentBuilder& out, std::string_view name, Random& random, int depth);

void append_random_number(DocumentBuilder& out, std::string_view name, Random& random) {
  const auto integer = static_cast<std::int64_t>(random()) >> below(random, 64);
  switch (below(random, 7)) {
    case 0:
      out.append(name, static_cast<std::int32_t>(integer));
      return;
    case 1:
      out.append(name, integer);
      return;
    case 2:
      out.append(name, static_cast<double>(integer));
      return;
    case 3:
      out.append(name, static_cast<double>(below(random, 400) - 200) / 4);
      return;
    case 4:
      out.append(name, std::bit_cast<double>(random()));
      return;
    case 5: {
      const std::string text =
          std::to_string(below(random, 100) - 50) + (below(random, 2) ? ".50" : ".1");
      out.append(name, *Decimal128::from_string(text));
      return;
    }
    default:
      out.append(name, Decimal128{.low = random(), .high = random()});
      return;
  }
}

void append_random_bytes(DocumentBuilder& out, std::string_view name, Random& random) {
  const std::string text = random_text(random);
  const std::span<const std::uint8_t> bytes(reinterpret_cast<const std::uint8_t*>(text.data()),
                                            text.size());
  ObjectId id;
  id.bytes[0] = static_cast<std::uint8_t>(below(random, 3));
  id.bytes[11] = static_cast<std::uint8_t>(random());
  switch (below(random, 3)) {
    case 0:
      out.append(name, BinaryView{static_cast<std::uint8_t>(below(random, 2) * 128), bytes});
      return;
    case 1:
      out.append(name, id);
      return;
    default: {
      const auto size = static_cast<std::uint32_t>(text.size() + 1);
      std::string payload(reinterpret_cast<const char*>(&size), 4);
      payload.append(text).push_back('\0');
      payload.append(reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size());
      out.append(name, ValueView(BsonType::kDbPointer,
                                 reinterpret_cast<const std::uint8_t*>(payload.data()),
                                 static_cast<std::uint32_t>(payload.size())));
    }
  }
}

void append_random_nested(DocumentBuilder& out, std::string_view name, Random& random, int depth) {
  DocumentBuilder nested;
  const int kind = below(random, 3);
  for (int i = 0, count = below(random, 4); i < count; ++i) {
    append_random(nested, kind == 0 ? std::to_string(i) : random_text(random, false), random,
                  depth - 1);
  }
  const Document document = nested.take();
  if (kind == 0) out.append_array(name, document);
  if (kind == 1) out.append(name, document);
  if (kind == 2) out.append_code_with_scope(name, random_text(random), document);
}

void append_random(DocumentBuilder& out, std::string_view name, Random& random, int depth) {
  static constexpr BsonType kEmpty[] = {BsonType::kNull, BsonType::kUndefined, BsonType::kMinKey,
                                        BsonType::kMaxKey};
  static constexpr BsonType kText[] = {BsonType::kString, BsonType::kSymbol, BsonType::kCode};
  switch (below(random, depth > 0 ? 12 : 9)) {
    case 0:
      out.append_empty(name, kEmpty[below(random, 4)]);
      return;
    case 1:
      out.append_text(name, kText[below(random, 3)], random_text(random));
      return;
    case 2:
      append_random_bytes(out, name, random);
      return;
    case 3:
      out.append(name, below(random, 2) == 0);
      return;
    case 4:
      out.append(name, Date{static_cast<std::int64_t>(random()) >> below(random, 64)});
      return;
    case 5:
      out.append(name, Timestamp::from_value(random() >> below(random, 64)));
      return;
    case 6: {
      const std::string options[] = {"", "i", "im", "x"};
      out.append(name, RegexView{random_text(random, false), options[below(random, 4)]});
      return;
    }
    case 7:
    case 8:
      append_random_number(out, name, random);
      return;
    default:
      append_random_nested(out, name, random, depth);
      return;
  }
}

Value random_value(Random& random, int depth) {
  DocumentBuilder out;
  append_random(out, "v", random, depth);
  return Value(out.take()["v"]);
}

struct Keyed {
  std::string key;
  std::string type_bits;
};

Keyed key_of(ValueView value, key::Direction direction = key::Direction::kAscending) {
  Keyed keyed;
  key::Encoder encoder(keyed.key, keyed.type_bits);
  encoder.begin(direction);
  append_key(value, encoder);
  encoder.finish(key::Terminator::kEnd);
  return keyed;
}

TEST(KeyString, KeysAreInTheOrderOfCompare) {
  Random random(seed_for("KeyString.KeysAreInTheOrderOfCompare"));
  constexpr int kCount = 1500;
  std::vector<Value> values;
  std::vector<std::string> keys;
  for (int i = 0; i < kCount; ++i) {
    values.push_back(random_value(random, 3));
    keys.push_back(key_of(values.back()).key);
  }
  for (int i = 0; i < kCount; ++i) {
    for (int j = 0; j <= i; ++j) {
      ASSERT_TRUE((keys[i].compare(keys[j]) <=> 0) == compare(values[i], values[j]))
          << to_json(values[i], JsonMode::kCanonical) << '\n'
          << to_json(values[j], JsonMode::kCanonical);
    }
  }
}

TEST(KeyString, ValuesComeBackByteForByte) {
  Random random(seed_for("KeyString.ValuesComeBackByteForByte"));
  for (int round = 0; round < 20000; ++round) {
    const Value value = random_value(random, 3);
    const auto direction =
        round % 2 == 0 ? key::Direction::kAscending : key::Direction::kDescending;
    const Keyed keyed = key_of(value, direction);
    const auto document = decode_key(keyed.key, keyed.type_bits, {{{"v", direction}}});
    ASSERT_TRUE(document.ok()) << document.status().to_string();
    ASSERT_TRUE((*document)["v"].identical(value)) << to_json(value, JsonMode::kCanonical) << '\n'
                                                   << to_json(*document, JsonMode::kCanonical);
  }
}

TEST(KeyString, CompoundKeysComeBackUnderTheirNames) {
  const Document entry = document("name", "Ada", "age", 36.0, "tags", Value::null());
  const std::array<KeyField, 3> fields{{{"name", key::Direction::kDescending},
                                        {"age", key::Direction::kAscending},
                                        {"tags", key::Direction::kDescending}}};
  Keyed keyed;
  key::Encoder encoder(keyed.key, keyed.type_bits);
  for (const KeyField& field : fields) {
    encoder.begin(field.direction);
    append_key(entry[field.name], encoder);
  }
  encoder.finish(key::Terminator::kEnd);
  const auto decoded = decode_key(keyed.key, keyed.type_bits, fields);
  ASSERT_TRUE(decoded.ok()) << decoded.status().to_string();
  EXPECT_EQ(*decoded, entry);
}

TEST(KeyString, MissingIsStoredAsNull) {
  EXPECT_EQ(key_of(ValueView()).key, key_of(Value::null()).key);
  EXPECT_EQ(key_rank(BsonType::kEnd), key_rank(BsonType::kNull));
}

TEST(KeyString, RegexOptionsKeepTheirOrder) {
  const std::string payload("a\0mi\0", 5);
  const ValueView regex(BsonType::kRegex, reinterpret_cast<const std::uint8_t*>(payload.data()), 5);
  const Keyed keyed = key_of(regex);
  const auto decoded = decode_key(keyed.key, keyed.type_bits, {{{"v"}}});
  ASSERT_TRUE(decoded.ok());
  EXPECT_TRUE((*decoded)["v"].identical(regex));
}

TEST(KeyString, CorruptKeysAreErrors) {
  const Keyed keyed = key_of(Value::string("Ada"));
  const std::array<KeyField, 1> fields{{{"v"}}};
  EXPECT_TRUE(decode_key(keyed.key, "", fields).ok());
  EXPECT_EQ(decode_key("", "", fields).status().code(), ErrorCode::kInternalError);
  EXPECT_FALSE(decode_key(keyed.key.substr(0, 3), "", fields).ok());
  EXPECT_FALSE(decode_key(keyed.key, "\x02", fields).ok());    // a string is no double
  EXPECT_FALSE(decode_key(keyed.key + "x", "", fields).ok());  // bytes after the terminator
  EXPECT_FALSE(decode_key(keyed.key, "", {}).ok());            // a component too many
  EXPECT_FALSE(decode_key("\x50\x48"
                          "a",
                          "", fields)
                   .ok());  // ends inside an object
}

}  // namespace
}  // namespace cairn
