// The record id at the end of a key: eight bytes, most significant first, so that it can be read
// without decoding the components before it, and so that equal values are in the order of their
// ids.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace cairn::key {

inline constexpr std::size_t kRecordIdBytes = 8;

inline void append_record_id(std::string& key, std::uint64_t record_id) {
  const std::uint64_t big_endian = __builtin_bswap64(record_id);
  key.append(reinterpret_cast<const char*>(&big_endian), sizeof big_endian);
}

// REQUIRES: key.size() >= kRecordIdBytes.
inline std::uint64_t record_id_of(std::string_view key) {
  std::uint64_t big_endian = 0;
  std::memcpy(&big_endian, key.data() + key.size() - kRecordIdBytes, kRecordIdBytes);
  return __builtin_bswap64(big_endian);
}

inline std::string_view without_record_id(std::string_view key) {
  key.remove_suffix(kRecordIdBytes);
  return key;
}

}  // namespace cairn::key
