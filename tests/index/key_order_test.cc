// The property that the encoding exists for: keys compare as their values do, and equal values have
// equal keys.
#include "index/key/record_id.h"
#include "tests/index/key_random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <numeric>

namespace cairn::key {
namespace {

int compare_keys(std::string_view a, std::string_view b) {
  const int c = a.compare(b);
  return (c > 0) - (c < 0);
}

// Every pair out of `count` numbers: millions of comparisons for thousands of encodings.
TEST(KeyOrder, EveryPairOfNumbers) {
  Random random(seed_for("KeyOrder.EveryPairOfNumbers"));
  constexpr int kCount = 3000;
  std::vector<Model> numbers;
  std::vector<std::string> keys;
  for (int i = 0; i < kCount; ++i) {
    numbers.push_back(random_number(random));
    keys.push_back(encode(numbers.back()).key);
  }
  for (int i = 0; i < kCount; ++i) {
    for (int j = 0; j < i; ++j) {
      ASSERT_EQ(compare_keys(keys[i], keys[j]), compare(numbers[i].number, numbers[j].number))
          << describe(numbers[i]) << "  " << to_hex(keys[i]) << '\n'
          << describe(numbers[j]) << "  " << to_hex(keys[j]);
    }
  }
}

// Sorted, so that neighbours are as close as the generator makes them: the pairs most easily got
// wrong.
TEST(KeyOrder, NeighboursAmongManyNumbers) {
  Random random(seed_for("KeyOrder.NeighboursAmongManyNumbers"));
  constexpr int kCount = 60000;
  std::vector<std::pair<Model, std::string>> numbers;
  for (int i = 0; i < kCount; ++i) {
    Model number = random_number(random);
    std::string key = encode(number).key;
    numbers.emplace_back(std::move(number), std::move(key));
  }
  std::ranges::sort(numbers, [](const auto& a, const auto& b) {
    return compare(a.first.number, b.first.number) < 0;
  });
  int equal = 0;
  for (int i = 1; i < kCount; ++i) {
    const int expected = compare(numbers[i - 1].first.number, numbers[i].first.number);
    ASSERT_EQ(compare_keys(numbers[i - 1].second, numbers[i].second), expected)
        << describe(numbers[i - 1].first) << '\n'
        << describe(numbers[i].first);
    equal += expected == 0;
  }
  EXPECT_GT(equal, 1000);  // the generator does make ties across types
}

TEST(KeyOrder, EveryPairOfValues) {
  Random random(seed_for("KeyOrder.EveryPairOfValues"));
  constexpr int kCount = 3000;
  std::vector<Model> values;
  std::vector<std::string> keys;
  for (int i = 0; i < kCount; ++i) {
    values.push_back(random_value(random, 3));
    keys.push_back(encode(values.back()).key);
  }
  for (int i = 0; i < kCount; ++i) {
    for (int j = 0; j < i; ++j) {
      ASSERT_EQ(compare_keys(keys[i], keys[j]), compare(values[i], values[j]))
          << describe(values[i]) << "  " << to_hex(keys[i]) << '\n'
          << describe(values[j]) << "  " << to_hex(keys[j]);
    }
  }
}

// Two or three components each way: no component may disturb the next, whatever their directions.
TEST(KeyOrder, CompoundKeysInBothDirections) {
  Random random(seed_for("KeyOrder.CompoundKeysInBothDirections"));
  for (int round = 0; round < 40; ++round) {
    const int components = 1 + static_cast<int>(random() % 3);
    std::vector<Direction> directions(static_cast<std::size_t>(components));
    std::ranges::generate(directions, [&] { return random_direction(random); });
    std::vector<Key> keys(150);
    std::vector<std::string> encoded;
    for (Key& key : keys) {
      for (const Direction direction : directions)
        key.emplace_back(direction, random_value(random, 1));
      encoded.push_back(encode(key).key);
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        ASSERT_EQ(compare_keys(encoded[i], encoded[j]), compare(keys[i], keys[j]))
            << to_hex(encoded[i]) << '\n'
            << to_hex(encoded[j]);
      }
    }
  }
}

// A bound on the first components sorts before, or after, every key that begins with equal ones,
// and with all other keys as those components do; whatever follows, a record id included.
TEST(KeyOrder, BoundsEncloseTheirPrefix) {
  Random random(seed_for("KeyOrder.BoundsEncloseTheirPrefix"));
  for (int round = 0; round < 20000; ++round) {
    const Direction first = random_direction(random);
    const Direction second = random_direction(random);
    const Model a = random_value(random, 1);
    const Model b = random() % 2 == 0 ? a : random_value(random, 1);
    std::string key = encode(Key{{first, b}, {second, random_value(random, 1)}}).key;
    append_record_id(key, random());
    const std::string less = encode(Key{{first, a}}, Terminator::kLess).key;
    const std::string greater = encode(Key{{first, a}}, Terminator::kGreater).key;
    const int order = compare(Key{{first, a}}, Key{{first, b}});
    ASSERT_EQ(compare_keys(less, key), order == 0 ? -1 : order)
        << to_hex(less) << ' ' << to_hex(key);
    ASSERT_EQ(compare_keys(greater, key), order == 0 ? 1 : order)
        << to_hex(greater) << ' ' << to_hex(key);
  }
}

TEST(KeyOrder, BoundsOfRanksEncloseTheirTypes) {
  Random random(seed_for("KeyOrder.BoundsOfRanksEncloseTheirTypes"));
  for (int round = 0; round < 20000; ++round) {
    const Model value = random_value(random, 1);
    const Rank rank = rank_of(random_value(random, 1));
    const Direction direction = random_direction(random);
    std::string below;
    std::string above;
    Encoder lower(below);
    lower.begin(direction);
    lower.below(rank);
    lower.finish(Terminator::kLess);
    Encoder upper(above);
    upper.begin(direction);
    upper.above(rank);
    upper.finish(Terminator::kGreater);
    const std::string key = encode(Key{{direction, value}}).key;
    const int flip = direction == Direction::kDescending ? -1 : 1;
    ASSERT_EQ(compare_keys(below, key) * flip, rank <= rank_of(value) ? -1 : 1);
    ASSERT_EQ(compare_keys(above, key) * flip, rank < rank_of(value) ? -1 : 1);
  }
}

TEST(KeyOrder, RecordIdsOrderEqualValues) {
  constexpr std::uint64_t kIds[] = {
      0, 1, 255, 256, 0x00FF'FFFF'FFFF'FFFF, 0x8000'0000'0000'0000, UINT64_MAX};
  std::string before;
  for (const std::uint64_t id : kIds) {
    std::string key = encode(Model::int32(7)).key;
    const std::string values = key;
    append_record_id(key, id);
    EXPECT_EQ(record_id_of(key), id);
    EXPECT_EQ(without_record_id(key), values);
    EXPECT_LT(before, key);
    before = key;
  }
}

// What the encoder appends does not depend on what stands in the buffer before.
TEST(KeyOrder, AppendsToAPrefix) {
  Random random(seed_for("KeyOrder.AppendsToAPrefix"));
  for (int round = 0; round < 2000; ++round) {
    const Model a = random_value(random, 1);
    const Model b = random_value(random, 1);
    const Key components{{Direction::kDescending, a}, {Direction::kAscending, b}};
    std::string key = "keyspace";
    Encoder encoder(key);
    for (const auto& [direction, value] : components) {
      encoder.begin(direction);
      encode(value, encoder);
    }
    encoder.finish(Terminator::kEnd);
    ASSERT_EQ(key, "keyspace" + encode(components).key);
  }
}

}  // namespace
}  // namespace cairn::key
