// MD5. Not for secrets: MongoDB's hashed indexes are made of it. Source: RFC 1321.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace cairn {

// Bytes in, in any number of pieces; 16 bytes out.
class Md5 {
 public:
  void add(std::span<const std::uint8_t> bytes);
  // Ends the message; nothing may be added after it.
  std::array<std::uint8_t, 16> finish();

 private:
  static constexpr std::size_t kBlock = 64;
  void mix(const std::uint8_t* block);

  std::array<std::uint32_t, 4> state_{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  std::array<std::uint8_t, kBlock> waiting_{};
  std::size_t waiting_bytes_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace cairn
