#include "engine/changes/oplog_entry.h"

#include <span>

namespace cairn::changes {
namespace {

constexpr std::int64_t kTerm = 1;          // the only member was elected once
constexpr std::int64_t kEntryVersion = 2;  // of the entry's form

DocumentView entry_document(std::string_view bytes) {
  return bytes.empty() ? DocumentView()
                       : DocumentView(reinterpret_cast<const std::uint8_t*>(bytes.data()));
}

void append_session(const SessionStamp& session, DocumentBuilder& out) {
  const std::span<const std::uint8_t> lsid(session.lsid);
  out.begin_document("lsid")
      .append("id", BinaryView{4, lsid.first(16)})
      .append("uid", BinaryView{0, lsid.subspan(16)})
      .end()
      .append("txnNumber", session.txn_number);
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

}  // namespace

void make_oplog_entry(const ChangeRow& row, std::string& out) {
  out.clear();
  DocumentBuilder entry(out);
  const Change& change = row.change;
  if (change.session) append_session(*change.session, entry);
  const char kind = static_cast<char>(change.kind);
  entry.append("op", std::string_view(&kind, 1)).append("ns", change.name);
  if (change.collection != Uuid{}) entry.append("ui", BinaryView{4, change.collection});
  append_operation(change, entry);
  if (change.session) entry.append("stmtId", change.session->statement_id);
  entry.append("ts", Timestamp::from_value(row.op))
      .append("t", kTerm)
      .append("v", kEntryVersion)
      .append("wall", Date{row.wall_ms});
  if (change.session) {
    entry.begin_document("prevOpTime")
        .append("ts", Timestamp{})
        .append("t", std::int64_t{-1})
        .end();
  }
  entry.finish();
}

}  // namespace cairn::changes
