// The CRC's state is advanced by eight bytes in three cycles, and by three independent streams in
// the same three cycles. Streams are joined by linearity: the state after A and B is A's, advanced
// by as many zero bytes as B has, xor B's own state begun at zero.
#include "engine/storage/rocks_crc32c.h"

#if defined(__x86_64__)

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace rocksdb::crc32c {

// Declared in RocksDB's util/crc32c.h, which is not installed.
[[gnu::weak]] std::uint32_t Extend(std::uint32_t crc, const char* data, std::size_t size);

}  // namespace rocksdb::crc32c

namespace cairn {

namespace {

constexpr std::uint32_t kPolynomial = 0x82f63b78;  // 0x1edc6f41 reflected
constexpr std::size_t kStreamBytes = 256;          // of each of the three

using Table = std::array<std::uint32_t, 256>;

consteval Table make_byte_table() {
  Table table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial : 0);
    table[byte] = crc;
  }
  return table;
}

constexpr Table kByteTable = make_byte_table();

// tables[k][b]: the state b << 8k, advanced by kStreamBytes zero bytes.
consteval std::array<Table, 4> make_advance_tables() {
  std::array<Table, 4> tables{};
  for (std::size_t k = 0; k < 4; ++k) {
    for (std::uint32_t bit = 1; bit < 256; bit <<= 1) {
      std::uint32_t crc = bit << (8 * k);
      for (std::size_t i = 0; i < kStreamBytes; ++i) crc = (crc >> 8) ^ kByteTable[crc & 0xff];
      for (std::uint32_t byte = 0; byte < 256; ++byte) {
        if ((byte & bit) != 0) tables[k][byte] ^= crc;
      }
    }
  }
  return tables;
}

constexpr std::array<Table, 4> kAdvance = make_advance_tables();

std::uint64_t advance(std::uint64_t crc) {
  return kAdvance[0][crc & 0xff] ^ kAdvance[1][(crc >> 8) & 0xff] ^
         kAdvance[2][(crc >> 16) & 0xff] ^ kAdvance[3][(crc >> 24) & 0xff];
}

std::uint64_t load_word(const char* at) {
  std::uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

[[gnu::target("sse4.2")]] std::uint32_t extend_by_instruction(std::uint32_t state, const char* at,
                                                              std::size_t size) {
  std::uint64_t crc = state;
  for (; size >= 3 * kStreamBytes; at += 3 * kStreamBytes, size -= 3 * kStreamBytes) {
    std::uint64_t second = 0;
    std::uint64_t third = 0;
    for (std::size_t i = 0; i < kStreamBytes; i += 8) {
      crc = __builtin_ia32_crc32di(crc, load_word(at + i));
      second = __builtin_ia32_crc32di(second, load_word(at + kStreamBytes + i));
      third = __builtin_ia32_crc32di(third, load_word(at + 2 * kStreamBytes + i));
    }
    crc = advance(advance(crc) ^ second) ^ third;
  }
  for (; size >= 8; at += 8, size -= 8) crc = __builtin_ia32_crc32di(crc, load_word(at));
  auto rest = static_cast<std::uint32_t>(crc);
  for (; size > 0; ++at, --size)
    rest = __builtin_ia32_crc32qi(rest, static_cast<unsigned char>(*at));
  return rest;
}

std::uint32_t extend_by_table(std::uint32_t crc, const char* at, std::size_t size) {
  for (; size > 0; ++at, --size) {
    crc = (crc >> 8) ^ kByteTable[(crc ^ static_cast<unsigned char>(*at)) & 0xff];
  }
  return crc;
}

}  // namespace

bool has_fast_crc32c() { return __builtin_cpu_supports("sse4.2") != 0; }

}  // namespace cairn

std::uint32_t rocksdb::crc32c::Extend(std::uint32_t crc, const char* data, std::size_t size) {
  return ~(cairn::has_fast_crc32c() ? cairn::extend_by_instruction(~crc, data, size)
                                    : cairn::extend_by_table(~crc, data, size));
}

#else

namespace cairn {

bool has_fast_crc32c() { return false; }

}  // namespace cairn

#endif
