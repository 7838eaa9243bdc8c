#include "engine/storage/keys.h"

#include <xxhash.h>

namespace cairn {

namespace {

std::string kind_and_u32(char kind, std::uint32_t value) {
  std::string key(1, kind);
  append_u32(key, value);
  return key;
}

}  // namespace

void append_u32(std::string& out, std::uint32_t value) {
  value = __builtin_bswap32(value);
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void append_u64(std::string& out, std::uint64_t value) {
  value = __builtin_bswap64(value);
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

std::uint32_t read_u32(std::string_view bytes) {
  std::uint32_t value;
  __builtin_memcpy(&value, bytes.data(), sizeof value);
  return __builtin_bswap32(value);
}

std::uint64_t read_u64(std::string_view bytes) {
  std::uint64_t value;
  __builtin_memcpy(&value, bytes.data(), sizeof value);
  return __builtin_bswap64(value);
}

std::string collection_key(std::string_view database, std::string_view collection) {
  std::string key = "C";
  key.append(database).push_back('\0');
  key.append(collection).push_back('\0');
  return key;
}

std::string counters_key(Keyspace keyspace) { return kind_and_u32('N', keyspace); }

std::string dropped_key(Keyspace first) { return kind_and_u32('D', first); }

std::string next_keyspace_key() { return "K"; }

std::string last_unlogged_op_key() { return "O"; }

std::string oplog_start_key() { return "T"; }

std::string session_key(std::string_view lsid, std::uint32_t ordinal) {
  std::string key = "R";
  key.append(lsid);
  append_u32(key, ordinal);
  return key;
}

SessionRange::SessionRange(std::string_view lsid)
    : lower(session_key(lsid, 0)), upper(session_key(lsid, UINT32_MAX)) {}

std::uint64_t key_hash(Family family, std::string_view key) {
  return XXH3_64bits_withSeed(key.data(), key.size(), static_cast<XXH64_hash_t>(family));
}

}  // namespace cairn
