// Time per key of the key encoding, by type: writing into a reused buffer, as an insert does, and
// reading back.
#include "index/key/decoder.h"
#include "index/key/encoder.h"
#include "index/key/record_id.h"

#include <benchmark/benchmark.h>

#include <array>
#include <random>
#include <string>
#include <vector>

namespace cairn::key {
namespace {

constexpr std::size_t kValues = 1024;  // different ones, so that branches are not learnt by heart

// Calls encode(encoder, i) for one key after another; the label is the mean size of a key.
template <typename Encode>
void encode_loop(benchmark::State& state, Encode&& encode) {
  std::string key;
  std::string type_bits;
  std::size_t bytes = 0;
  std::size_t i = 0;
  for (auto _ : state) {
    key.assign("\0\0\0\7", 4);  // a keyspace
    type_bits.clear();
    Encoder encoder(key, type_bits);
    encoder.begin(Direction::kAscending);
    encode(encoder, i++ % kValues);
    encoder.finish(Terminator::kEnd);
    benchmark::DoNotOptimize(key.data());
    bytes += key.size() + type_bits.size();
  }
  state.SetItemsProcessed(state.iterations());
  state.SetLabel(
      std::to_string(static_cast<double>(bytes) / static_cast<double>(state.iterations())) +
      " bytes with keyspace and type bits");
}

template <typename Encode>
void decode_loop(benchmark::State& state, Encode&& encode) {
  std::vector<std::pair<std::string, std::string>> keys(kValues);
  for (std::size_t i = 0; i < kValues; ++i) {
    Encoder encoder(keys[i].first, keys[i].second);
    encoder.begin(Direction::kAscending);
    encode(encoder, i);
    encoder.finish(Terminator::kEnd);
  }
  std::size_t i = 0;
  for (auto _ : state) {
    const auto& [key, type_bits] = keys[i++ % kValues];
    Decoder decoder(key, type_bits);
    decoder.begin(Direction::kAscending);
    benchmark::DoNotOptimize(decoder.next());
    benchmark::DoNotOptimize(decoder.finish());
  }
  state.SetItemsProcessed(state.iterations());
}

std::vector<std::uint64_t> random_bits() {
  std::mt19937_64 random(20240607);
  std::vector<std::uint64_t> bits(kValues);
  for (auto& b : bits) b = random();
  return bits;
}

std::vector<DecimalBits> prices() {  // 0.00 .. 999.99, two places
  std::vector<DecimalBits> decimals;
  for (const std::uint64_t bits : random_bits()) {
    decimals.push_back(join({.coefficient = bits % 100000, .exponent = -2}));
  }
  return decimals;
}

std::vector<DecimalBits> wide_decimals() {  // 34 digits, any exponent
  std::vector<DecimalBits> decimals;
  for (const std::uint64_t bits : random_bits()) {
    const Uint128 coefficient = kPowersOfTen[33] + bits * Uint128{bits};
    decimals.push_back(join({.coefficient = coefficient % kPowersOfTen[34],
                             .exponent = static_cast<int>(bits % 600) - 350}));
  }
  return decimals;
}

std::vector<std::string> texts(std::size_t size) {
  std::vector<std::string> texts;
  for (const std::uint64_t bits : random_bits()) {
    std::string text(size, 'a');
    for (std::size_t i = 0; i < size; ++i)
      text[i] = static_cast<char>('a' + ((bits >> (i % 60)) & 15));
    texts.push_back(std::move(text));
  }
  return texts;
}

std::array<std::uint8_t, 12> id_of(std::uint64_t bits) {
  std::array<std::uint8_t, 12> id{};
  __builtin_memcpy(id.data(), &bits, sizeof bits);
  return id;
}

template <typename Encode>
void both(const std::string& name, Encode encode) {
  benchmark::RegisterBenchmark(("encode/" + name).c_str(),
                               [encode](benchmark::State& s) { encode_loop(s, encode); });
  benchmark::RegisterBenchmark(("decode/" + name).c_str(),
                               [encode](benchmark::State& s) { decode_loop(s, encode); });
}

void register_numbers() {
  both("int32", [v = random_bits()](Encoder& e, std::size_t i) {
    e.int32(static_cast<std::int32_t>(v[i]));
  });
  both("int32_small", [v = random_bits()](Encoder& e, std::size_t i) {
    e.int32(static_cast<std::int32_t>(v[i] % 100));
  });
  both("int64", [v = random_bits()](Encoder& e, std::size_t i) {
    e.int64(static_cast<std::int64_t>(v[i]) >> 8);
  });
  both("int64_small", [v = random_bits()](Encoder& e, std::size_t i) {
    e.int64(static_cast<std::int64_t>(v[i] % 1000));
  });
  both("double_integral", [v = random_bits()](Encoder& e, std::size_t i) {
    e.number(static_cast<double>(v[i] % 1000000));
  });
  both("double_fraction", [v = random_bits()](Encoder& e, std::size_t i) {
    e.number(static_cast<double>(v[i] % 1000000) / 100);
  });
  both("double_below_1", [v = random_bits()](Encoder& e, std::size_t i) {
    e.number(static_cast<double>(v[i] % 1000000) / 1e6);
  });
  both("decimal_price", [v = prices()](Encoder& e, std::size_t i) { e.decimal128(v[i]); });
  both("decimal_34_digits",
       [v = wide_decimals()](Encoder& e, std::size_t i) { e.decimal128(v[i]); });
}

void register_others() {
  both("object_id", [v = random_bits()](Encoder& e, std::size_t i) { e.object_id(id_of(v[i])); });
  both("date", [v = random_bits()](Encoder& e, std::size_t i) {
    e.date(static_cast<std::int64_t>(v[i] >> 20));
  });
  for (const std::size_t size : {8, 24, 200}) {
    both("string_" + std::to_string(size),
         [v = texts(size)](Encoder& e, std::size_t i) { e.string(v[i]); });
  }
  both("object_2_fields", [v = texts(8)](Encoder& e, std::size_t i) {
    e.begin_object();
    e.field(Rank::kString, "tenant");
    e.string(v[i]);
    e.field(Rank::kNumber, "n");
    e.int32(static_cast<std::int32_t>(i));
    e.end_object();
  });
}

// status, created (descending), user: a common index.
void encode_compound(benchmark::State& state) {
  const auto bits = random_bits();
  const auto names = texts(8);
  std::size_t n = 0;
  std::string key;
  std::string type_bits;
  for (auto _ : state) {
    const std::size_t i = n++ % kValues;
    key.assign("\0\0\0\7", 4);
    type_bits.clear();
    Encoder encoder(key, type_bits);
    encoder.begin(Direction::kAscending);
    encoder.string(names[i]);
    encoder.begin(Direction::kDescending);
    encoder.date(static_cast<std::int64_t>(bits[i] >> 20));
    encoder.begin(Direction::kAscending);
    encoder.object_id(id_of(bits[i]));
    encoder.finish(Terminator::kEnd);
    append_record_id(key, n);
    benchmark::DoNotOptimize(key.data());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(encode_compound);

}  // namespace
}  // namespace cairn::key

int main(int argc, char** argv) {
  cairn::key::register_numbers();
  cairn::key::register_others();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
