// OplogEntry: a change record as MongoDB's `local.oplog.rs` has it. Source: MongoDB's manual,
// "Replica Set Oplog", and the entries that its tools read.
#pragma once

#include "engine/storage/change.h"

#include <cairn/bson.h>

#include <cstdint>
#include <optional>
#include <string>

namespace cairn::changes {

// REQUIRES: the change is of no transaction. Writes {[lsid, txnNumber,] op, ns, ui, o, o2,
// [stmtId,] ts, t, v: 2, wall [, prevOpTime]} into `out` (cleared first).
void make_oplog_entry(const ChangeRow& row, std::string& out);

// What a transaction did, as one entry {…, op: "c", ns: "admin.$cmd", o: {applyOps: […]}, …}. One
// that is too large for that has several: all but the last say {partialTxn: true}, and each names
// the one before.
class TransactionEntry {
 public:
  // Whether the change still fits into the entry.
  bool fits(const ChangeRow& row) const;
  // REQUIRES: it fits. The changes come in their order.
  void add(const ChangeRow& row);
  // Whether the last change of the transaction is in it.
  bool complete() const { return place_.number + 1 == place_.of; }
  // Writes the entry of what was added into `out` (cleared first); the next one begins.
  void finish(std::string& out);

 private:
  std::optional<DocumentBuilder> operations_;  // an array; null: empty
  OpNumber op_ = 0;                            // of the change added last, as the next three
  std::int64_t wall_ms_ = 0;
  SessionStamp session_;
  TransactionPlace place_;
  OpNumber previous_ = 0;  // the entry before it; 0: none
};

}  // namespace cairn::changes
