#include "engine/keys/key_row.h"

namespace cairn::keys {
namespace {

constexpr std::size_t kExpiryHead = sizeof(Keyspace) + sizeof(std::uint64_t) + sizeof(Keyspace);

}  // namespace

Status corrupt(std::string_view what) {
  return {ErrorCode::kInternalError, "the store is corrupt: " + std::string(what)};
}

std::string space_key(std::string_view name) {
  std::string key(1, kSpaceRow);
  key.append(name);
  return key;
}

std::string row_key(Keyspace space, std::string_view key) {
  std::string bytes;
  bytes.reserve(sizeof space + key.size());
  append_u32(bytes, space);
  bytes.append(key);
  return bytes;
}

std::uint64_t lock_hash(std::string_view space, std::string_view key) {
  std::string name = space_key(space);
  name.push_back('\0');
  return key_hash(Family::kAux, name.append(key));
}

std::string encode_row(std::int64_t expires_ms, std::string_view value) {
  std::string bytes;
  bytes.reserve(sizeof expires_ms + value.size());
  append_u64(bytes, static_cast<std::uint64_t>(expires_ms));
  bytes.append(value);
  return bytes;
}

Result<Row> decode_row(std::string_view bytes) {
  if (bytes.size() < sizeof(std::uint64_t)) return corrupt("a key's row");
  return Row{static_cast<std::int64_t>(read_u64(bytes)), bytes.substr(sizeof(std::uint64_t))};
}

std::string expiry_key(Keyspace expiries, const ExpiryEntry& entry) {
  std::string bytes = expiry_bound(expiries, entry.expires_ms);
  append_u32(bytes, entry.space);
  bytes.append(entry.key);
  return bytes;
}

std::string expiry_bound(Keyspace expiries, std::int64_t ms) {
  std::string bytes;
  append_u32(bytes, expiries);
  append_u64(bytes, static_cast<std::uint64_t>(ms));
  return bytes;
}

Result<ExpiryEntry> decode_expiry_key(std::string_view key) {
  if (key.size() < kExpiryHead) return corrupt("an expiry's key");
  return ExpiryEntry{static_cast<std::int64_t>(read_u64(key.substr(sizeof(Keyspace)))),
                     read_u32(key.substr(sizeof(Keyspace) + sizeof(std::uint64_t))),
                     key.substr(kExpiryHead)};
}

}  // namespace cairn::keys
