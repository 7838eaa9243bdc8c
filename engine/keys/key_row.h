// The rows of keys that may expire, in `aux` and `meta`. FORMAT.md (engine/storage) has the bytes.
//
//   meta 'V' name                           -> the space's keyspace; the empty name: that of all
//                                              expiries
//   aux  keyspace | key                     -> expires i64 (ms since 1970, 0: never) | value
//   aux  expiries | expires 8 | keyspace 4 | key -> nothing
#pragma once

#include "engine/storage/keys.h"

#include <cairn/status.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace cairn::keys {

// InternalError: what a row holds cannot be.
Status corrupt(std::string_view what);

std::string space_key(std::string_view name);
inline constexpr char kSpaceRow = 'V';

std::string row_key(Keyspace space, std::string_view key);
// Of the intent of a key. By the space's name: a key of a space that is not there yet has one too.
std::uint64_t lock_hash(std::string_view space, std::string_view key);

struct Row {
  std::int64_t expires_ms = 0;  // 0: never
  std::string_view value;       // borrows from the row's bytes

  bool alive(std::int64_t now_ms) const { return expires_ms == 0 || expires_ms > now_ms; }
};
std::string encode_row(std::int64_t expires_ms, std::string_view value);
// Error: InternalError where the row is too short to be one.
Result<Row> decode_row(std::string_view bytes);

struct ExpiryEntry {
  std::int64_t expires_ms = 0;
  Keyspace space = kNoKeyspace;
  std::string_view key;
};
std::string expiry_key(Keyspace expiries, const ExpiryEntry& entry);
// The first key of an expiry at `ms` or later.
std::string expiry_bound(Keyspace expiries, std::int64_t ms);
// Error: InternalError.
Result<ExpiryEntry> decode_expiry_key(std::string_view key);

}  // namespace cairn::keys
