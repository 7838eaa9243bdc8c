#include "engine/storage/rocks_crc32c.h"

#include <cstdint>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace rocksdb::crc32c {

// What RocksDB calls for its checksums; declared in a header that is not installed.
std::uint32_t Extend(std::uint32_t crc, const char* data, std::size_t size);

}  // namespace rocksdb::crc32c

namespace cairn {
namespace {

// Bit by bit, as it is defined.
std::uint32_t by_definition(std::uint32_t crc, const std::string& bytes) {
  crc = ~crc;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78U : 0U);
  }
  return ~crc;
}

std::uint32_t extend(std::uint32_t crc, const std::string& bytes) {
  return rocksdb::crc32c::Extend(crc, bytes.data(), bytes.size());
}

TEST(RocksCrc32c, KnownValues) {
  EXPECT_EQ(extend(0, ""), 0U);
  EXPECT_EQ(extend(0, "123456789"), 0xe3069283U);
  // RFC 3720, B.4
  EXPECT_EQ(extend(0, std::string(32, '\0')), 0x8a9136aaU);
  EXPECT_EQ(extend(0, std::string(32, '\xff')), 0x62a8ab43U);
}

TEST(RocksCrc32c, AnyLengthAndAlignment) {
  std::mt19937_64 random(11);
  std::string bytes(5000, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  for (int round = 0; round < 3000; ++round) {
    const std::size_t first = random() % 64;
    const std::size_t size = round < 900 ? static_cast<std::size_t>(round) : random() % 4900;
    const std::string part = bytes.substr(first, size);
    const auto before = static_cast<std::uint32_t>(random());
    const std::uint32_t whole = by_definition(before, part);
    ASSERT_EQ(rocksdb::crc32c::Extend(before, bytes.data() + first, size), whole) << size;
    const std::size_t half = random() % (size + 1);
    ASSERT_EQ(extend(extend(before, part.substr(0, half)), part.substr(half)), whole);
  }
}

#if defined(__x86_64__)
TEST(RocksCrc32c, UsesTheInstruction) {
  EXPECT_EQ(has_fast_crc32c(), __builtin_cpu_supports("sse4.2") != 0);
}
#endif

}  // namespace
}  // namespace cairn
