// Keys of the store as bytes. All integers are big-endian, so that byte order is number order.
// FORMAT.md has the layouts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/storage/family.h"

namespace cairn {

// An interval of keys [lower, upper). Borrows: scans copy what they keep. An empty `upper` means
// "to the end of the family", which only meta and whole-store checks use.
struct KeyRange {
  std::string_view lower;
  std::string_view upper;
};

// Big-endian integers in and out of bytes.
void append_u32(std::string& out, std::uint32_t value);
void append_u64(std::string& out, std::uint64_t value);
// REQUIRES: `bytes` has at least 4 (8) bytes.
std::uint32_t read_u32(std::string_view bytes);
std::uint64_t read_u64(std::string_view bytes);

// A key whose size is known when Cairn is compiled: lives on the stack, no allocation.
template <std::size_t kBytes>
class FixedKey {
 public:
  std::string_view view() const { return {bytes_, kBytes}; }
  operator std::string_view() const { return view(); }  // NOLINT: implicit by design

 protected:
  void put_u32(std::size_t at, std::uint32_t value) {
    value = __builtin_bswap32(value);
    __builtin_memcpy(bytes_ + at, &value, sizeof value);
  }
  void put_u64(std::size_t at, std::uint64_t value) {
    value = __builtin_bswap64(value);
    __builtin_memcpy(bytes_ + at, &value, sizeof value);
  }
  char bytes_[kBytes];
};

// doc (and aux): keyspace | record id.
class RecordKey : public FixedKey<12> {
 public:
  RecordKey(Keyspace keyspace, RecordId id) {
    put_u32(0, keyspace);
    put_u64(4, id);
  }
};

// oplog: op number.
class OpKey : public FixedKey<8> {
 public:
  explicit OpKey(OpNumber op) { put_u64(0, op); }
};

// keyspace alone: where its keys begin; that of `keyspace + 1` is where they end.
class KeyspaceKey : public FixedKey<4> {
 public:
  explicit KeyspaceKey(Keyspace keyspace) { put_u32(0, keyspace); }
};

// Both bounds of everything in one keyspace. It owns the bytes that `range()` borrows.
class KeyspaceRange {
 public:
  explicit KeyspaceRange(Keyspace keyspace) : lower_(keyspace), upper_(keyspace + 1) {}
  KeyRange range() const { return {lower_.view(), upper_.view()}; }

 private:
  KeyspaceKey lower_;
  KeyspaceKey upper_;
};

// Parts of a key. REQUIRES: the key has that layout.
inline Keyspace keyspace_of(std::string_view key) { return read_u32(key); }
inline RecordId record_id_of(std::string_view key) { return read_u64(key.substr(4)); }
inline OpNumber op_number_of(std::string_view key) { return read_u64(key); }
// What follows the keyspace: the KS bytes of an index entry or of a clustered document.
inline std::string_view after_keyspace(std::string_view key) { return key.substr(4); }

// idx (and clustered doc): appends keyspace | ks_bytes to `out`.
inline void append_index_key(std::string& out, Keyspace keyspace, std::string_view ks_bytes) {
  append_u32(out, keyspace);
  out.append(ks_bytes);
}

// meta. The first byte names the kind of row.
std::string collection_key(std::string_view database, std::string_view collection);  // 'C'
std::string counters_key(Keyspace keyspace);                                         // 'N'
std::string dropped_key(Keyspace first);                                             // 'D'
std::string next_keyspace_key();                                                     // 'K'
std::string last_unlogged_op_key();                                                  // 'O'
std::string oplog_start_key();                                                       // 'T'
// 'R': the stored results of a session's retryable writes. `lsid` is the 16 bytes of its id
// followed by the 32 bytes of its user's digest (all zero without users); ordinal 0 is the
// session's own row.
std::string session_key(std::string_view lsid, std::uint32_t ordinal);
// Every row of one session.
struct SessionRange {
  explicit SessionRange(std::string_view lsid);
  KeyRange range() const { return {lower, upper}; }
  std::string lower;
  std::string upper;
};

// The hash by which IntentTable knows a key.
std::uint64_t key_hash(Family family, std::string_view key);

}  // namespace cairn
