// The layout, also in FORMAT.md (integers little-endian):
//   0 version | 1 kind | 2 flags | 3 zero | 4 keyspace u32 | 8 previous op u64 | 16 wall ms i64 |
//   24 uuid 16 | 40 name bytes u16 | 42 zero u16 | 44 key bytes u32 | 48 update bytes u32 | 52
//   document bytes u32 56 [session: lsid 48, txn number i64, statement i32] |
//   [place: number u32, of u32] | name | document key | update | document
#include "engine/storage/change.h"

#include <cstring>

#include "engine/storage/keys.h"

namespace cairn {

namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kFixedBytes = 56;
constexpr std::size_t kSessionBytes = 60;
constexpr std::size_t kPlaceBytes = 8;

constexpr std::uint8_t kLastOfCommit = 1;
constexpr std::uint8_t kHasSession = 2;
constexpr std::uint8_t kInTransaction = 4;
constexpr std::uint8_t kHasPlace = 8;  // rows of an older Cairn's transactions have none
constexpr std::uint8_t kMeasurement = 16;

template <typename T>
void store(char* at, T value) {
  std::memcpy(at, &value, sizeof value);
}

template <typename T>
T load(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

std::uint8_t flags_of(const Change& change, const ChangePlace& place) {
  return static_cast<std::uint8_t>((place.last_of_commit ? kLastOfCommit : 0) |
                                   (change.session ? kHasSession : 0) |
                                   (change.in_transaction ? kInTransaction | kHasPlace : 0) |
                                   (change.measurement ? kMeasurement : 0));
}

void append_session(std::string& out, const SessionStamp& session) {
  char bytes[kSessionBytes];
  std::memcpy(bytes, session.lsid.data(), session.lsid.size());
  store(bytes + 48, session.txn_number);
  store(bytes + 56, session.statement_id);
  out.append(bytes, sizeof bytes);
}

SessionStamp read_session(const char* bytes) {
  SessionStamp session;
  std::memcpy(session.lsid.data(), bytes, session.lsid.size());
  session.txn_number = load<std::int64_t>(bytes + 48);
  session.statement_id = load<std::int32_t>(bytes + 56);
  return session;
}

void append_place(std::string& out, TransactionPlace place) {
  char bytes[kPlaceBytes];
  store(bytes, place.number);
  store(bytes + 4, place.of);
  out.append(bytes, sizeof bytes);
}

bool known_kind(char kind) {
  return kind == 'i' || kind == 'u' || kind == 'd' || kind == 'c' || kind == 'n';
}

Status corrupt_row(std::string_view key) {
  const std::string op =
      key.size() == 8 ? std::to_string(op_number_of(key)) : "a key of the wrong size";
  return {ErrorCode::kInternalError, "the store is corrupt: corrupt oplog row " + op};
}

// What stands between the fixed part and the name.
std::size_t optional_bytes(std::uint8_t flags) {
  return ((flags & kHasSession) != 0 ? kSessionBytes : 0) +
         ((flags & kHasPlace) != 0 ? kPlaceBytes : 0);
}

// Takes `size` bytes off the front of `rest`. REQUIRES: they are there.
std::string_view take(std::string_view& rest, std::size_t size) {
  const std::string_view taken = rest.substr(0, size);
  rest.remove_prefix(size);
  return taken;
}

}  // namespace

void append_change_header(std::string& out, const Change& change, const ChangePlace& place) {
  char fixed[kFixedBytes] = {};
  fixed[0] = static_cast<char>(kVersion);
  fixed[1] = static_cast<char>(change.kind);
  fixed[2] = static_cast<char>(flags_of(change, place));
  store(fixed + 4, change.keyspace);
  store(fixed + 8, place.previous_op);
  store(fixed + 16, place.wall_ms);
  std::memcpy(fixed + 24, change.collection.data(), change.collection.size());
  store(fixed + 40, static_cast<std::uint16_t>(change.name.size()));
  store(fixed + 44, static_cast<std::uint32_t>(change.document_key.size()));
  store(fixed + 48, static_cast<std::uint32_t>(change.update.size()));
  store(fixed + 52, static_cast<std::uint32_t>(change.document.size()));
  out.append(fixed, sizeof fixed);
  if (change.session) append_session(out, *change.session);
  if (change.in_transaction) append_place(out, place.in_transaction);
  out.append(change.name).append(change.document_key).append(change.update);
}

Result<ChangeRow> decode_change(std::string_view key, std::string_view value) {
  if (key.size() != 8 || value.size() < kFixedBytes) return corrupt_row(key);
  const char* fixed = value.data();
  if (static_cast<std::uint8_t>(fixed[0]) != kVersion || !known_kind(fixed[1])) {
    return corrupt_row(key);
  }
  const auto flags = static_cast<std::uint8_t>(fixed[2]);
  const auto name_bytes = load<std::uint16_t>(fixed + 40);
  const auto key_bytes = load<std::uint32_t>(fixed + 44);
  const auto update_bytes = load<std::uint32_t>(fixed + 48);
  const auto document_bytes = load<std::uint32_t>(fixed + 52);
  const std::uint64_t total = std::uint64_t{kFixedBytes} + optional_bytes(flags) + name_bytes +
                              key_bytes + update_bytes + document_bytes;
  if (value.size() != total) return corrupt_row(key);

  ChangeRow row;
  row.op = op_number_of(key);
  row.previous_op = load<std::uint64_t>(fixed + 8);
  row.wall_ms = load<std::int64_t>(fixed + 16);
  row.last_of_commit = (flags & kLastOfCommit) != 0;
  Change& change = row.change;
  change.kind = static_cast<ChangeKind>(fixed[1]);
  change.keyspace = load<std::uint32_t>(fixed + 4);
  std::memcpy(change.collection.data(), fixed + 24, change.collection.size());
  change.in_transaction = (flags & kInTransaction) != 0;
  change.measurement = (flags & kMeasurement) != 0;
  std::string_view rest = value.substr(kFixedBytes);
  if ((flags & kHasSession) != 0) change.session = read_session(take(rest, kSessionBytes).data());
  if ((flags & kHasPlace) != 0) {
    const char* place = take(rest, kPlaceBytes).data();
    row.place = {.number = load<std::uint32_t>(place), .of = load<std::uint32_t>(place + 4)};
    if (row.place.number >= row.place.of) return corrupt_row(key);
  }
  change.name = take(rest, name_bytes);
  change.document_key = take(rest, key_bytes);
  change.update = take(rest, update_bytes);
  change.document = rest;
  return row;
}

}  // namespace cairn
