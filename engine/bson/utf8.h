// UTF-8 validation, quick for the short ASCII texts that most field names and strings are.
#pragma once

#include <cstring>
#include <string_view>

#include <cstdint>

namespace cairn {

// Source: RFC 3629 (no surrogates, no overlong forms, nothing past U+10FFFF).
bool is_valid_utf8_slow(std::string_view text);

inline bool is_ascii(std::string_view text) {
  const char* at = text.data();
  std::size_t left = text.size();
  std::uint64_t seen = 0;
  for (; left >= 8; at += 8, left -= 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    seen |= word;
  }
  std::uint8_t tail = 0;
  for (; left > 0; ++at, --left) tail |= static_cast<std::uint8_t>(*at);
  return ((seen & 0x8080808080808080ULL) | (tail & 0x80U)) == 0;
}

inline bool is_valid_utf8(std::string_view text) {
  return is_ascii(text) || is_valid_utf8_slow(text);
}

}  // namespace cairn
