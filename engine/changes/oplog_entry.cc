#include "engine/changes/oplog_entry.h"

#include "engine/changes/session_field.h"
#include "engine/records/record_key.h"

#include <cairn/limits.h>

namespace cairn::changes {
namespace {

constexpr std::int64_t kTerm = 1;          // the only member was elected once
constexpr std::int64_t kEntryVersion = 2;  // of the entry's form

DocumentView entry_document(std::string_view bytes) {
  return bytes.empty() ? DocumentView() : records::stored_document(bytes);
}

void append_session(const SessionStamp& session, DocumentBuilder& out) {
  append_session_field(session, out);
  out.append("txnNumber", session.txn_number);
}

// What is done, and to which document.
void append_operation(const Change& change, DocumentBuilder& out) {
  switch (change.kind) {
    case ChangeKind::kDelete:
      out.append("o", entry_document(change.document_key));
      return;
    case ChangeKind::kUpdate:
      // Behind the delta there may be an image.
      out.append("o", entry_document(change.update).empty() ? entry_document(change.document)
                                                            : entry_document(change.update));
      break;
    case ChangeKind::kInsert:
    case ChangeKind::kCommand:
    case ChangeKind::kNoop:
      out.append("o", entry_document(change.document));
      break;
  }
  if (!change.document_key.empty()) out.append("o2", entry_document(change.document_key));
}

// {op, ns, ui, o, o2}
void append_what(const Change& change, DocumentBuilder& out) {
  const char kind = static_cast<char>(change.kind);
  out.append("op", std::string_view(&kind, 1)).append("ns", change.name);
  if (change.collection != Uuid{}) out.append("ui", BinaryView{kUuidSubtype, change.collection});
  append_operation(change, out);
}

void append_when(OpNumber op, std::int64_t wall_ms, DocumentBuilder& out) {
  out.append("ts", Timestamp::from_value(op))
      .append("t", kTerm)
      .append("v", kEntryVersion)
      .append("wall", Date{wall_ms});
}

// `before`: the transaction's entry before this one; 0: there is none.
void append_previous(OpNumber before, DocumentBuilder& out) {
  out.begin_document("prevOpTime")
      .append("ts", Timestamp::from_value(before))
      .append("t", before == 0 ? std::int64_t{-1} : kTerm)
      .end();
}

// What an entry has besides its operations, at the most.
constexpr std::size_t kEntryBytes = 1024;

}  // namespace

void make_oplog_entry(const ChangeRow& row, std::string& out) {
  out.clear();
  DocumentBuilder entry(out);
  const Change& change = row.change;
  if (change.session) append_session(*change.session, entry);
  append_what(change, entry);
  if (change.session) entry.append("stmtId", change.session->statement_id);
  append_when(row.op, row.wall_ms, entry);
  if (change.session) append_previous(0, entry);
  entry.finish();
}

bool TransactionEntry::fits(const ChangeRow& row) const {
  const Change& change = row.change;
  const std::size_t more = change.document.size() + change.update.size() +
                           change.document_key.size() + change.name.size() + kEntryBytes;
  return !operations_ || operations_->size() + more <= kMaxDocumentBytes;
}

void TransactionEntry::add(const ChangeRow& row) {
  if (!operations_) operations_.emplace();
  operations_->push_document();
  append_what(row.change, *operations_);
  operations_->end();
  op_ = row.op;
  wall_ms_ = row.wall_ms;
  session_ = row.change.session.value_or(SessionStamp());
  place_ = row.place;
}

void TransactionEntry::finish(std::string& out) {
  out.clear();
  DocumentBuilder entry(out);
  append_session(session_, entry);
  entry.append("op", "c").append("ns", "admin.$cmd");
  entry.begin_document("o").append("applyOps", operations_->take_array());
  if (!complete()) {
    entry.append("partialTxn", true);
  } else if (previous_ != 0) {
    entry.append("count", static_cast<std::int64_t>(place_.of));
  }
  entry.end();
  append_when(op_, wall_ms_, entry);
  append_previous(previous_, entry);
  entry.finish();
  operations_.reset();
  previous_ = complete() ? 0 : op_;
}

}  // namespace cairn::changes
