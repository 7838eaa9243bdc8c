// OplogEntry: a change record as MongoDB's `local.oplog.rs` has it. Source: MongoDB's manual,
// "Replica Set Oplog", and the entries that its tools read.
#pragma once

#include "engine/storage/change.h"

#include <cairn/bson.h>

#include <string>

namespace cairn::changes {

// Writes {[lsid, txnNumber,] op, ns, ui, o, o2, [stmtId,] ts, t, v: 2, wall [, prevOpTime]} into
// `out` (cleared first).
void make_oplog_entry(const ChangeRow& row, std::string& out);

}  // namespace cairn::changes
