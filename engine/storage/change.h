// Change records: the rows of the oplog, from which `local.oplog.rs` entries and change events can
// be made.
//
// FORMAT.md has the byte layout. A row carries its own op number in its key, and the op number of
// the row before it, so that a hole is seen.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <cairn/status.h>

#include "engine/storage/family.h"
#include "engine/storage/uuid.h"

namespace cairn {

// MongoDB's letters for `op`.
enum class ChangeKind : char {
  kInsert = 'i',
  kUpdate = 'u',
  kDelete = 'd',
  kCommand = 'c',  // create, drop, rename, …
  kNoop = 'n',
};

// What a client's session said of the write that made a change.
struct SessionStamp {
  std::array<std::uint8_t, 48>
      lsid{};  // 16 bytes of id, 32 of the user's digest (zeros without users)
  std::int64_t txn_number = 0;
  std::int32_t statement_id = 0;
};

// One change, borrowed. Which BSON documents a kind has:
//   insert   document_key {_id, …}, document: the document
//   update   document_key, then either `update`: MongoDB's delta ({$v: 2, diff: …}), or `document`:
//   the replacement;
//            an update by delta may carry `document` too (the image after it)
//   delete   document_key; `document`: the image before it, where kept
//   command  document: the command ({create: …}); noop: document: its message
struct Change {
  ChangeKind kind = ChangeKind::kNoop;
  Keyspace keyspace = kNoKeyspace;
  Uuid collection{};      // all zero: none
  std::string_view name;  // "db.collection"; commands: "db.$cmd"
  std::string_view document_key;
  std::string_view document;
  std::string_view update;
  std::optional<SessionStamp> session;
  bool in_transaction = false;  // part of a multi-statement transaction (session is set)
  bool measurement = false;     // of a time-series collection, which change streams leave out
};

// Which of a transaction's changes a row has. Their op numbers are a run.
struct TransactionPlace {
  std::uint32_t number = 0;  // from 0
  std::uint32_t of = 1;
};

// A row read back. Its Change borrows from the row's bytes.
struct ChangeRow {
  Change change;
  TransactionPlace place;  // outside transactions: the only one
  OpNumber op = 0;
  OpNumber previous_op = 0;  // of the row before; 0 at the very first
  std::int64_t wall_ms = 0;
  bool last_of_commit = false;  // rows of one commit end with one that says so

  OpNumber first_op() const { return op - place.number; }
  // When everything that happened together with the change did: the number of its transaction's
  // last change.
  OpNumber commit_op() const { return first_op() + place.of - 1; }
};

// What the committer adds to a Change.
struct ChangePlace {
  OpNumber previous_op = 0;
  std::int64_t wall_ms = 0;
  bool last_of_commit = false;
  TransactionPlace in_transaction = {};  // of a change of a transaction
};

// Appends everything of the row's value but the bytes of change.document, which come last in it.
void append_change_header(std::string& out, const Change& change, const ChangePlace& place);
// Error: InternalError "corrupt oplog row", with its op number.
Result<ChangeRow> decode_change(std::string_view key, std::string_view value);

}  // namespace cairn
