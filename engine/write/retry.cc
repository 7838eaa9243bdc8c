#include "engine/write/retry.h"

#include <cairn/interrupt_scope.h>
#include <cairn/thread_wait.h>

#include <fmt/format.h>

namespace cairn::write {

struct RetryTicket::Session {
  std::string lsid;
  std::int64_t txn_number = -1;
  std::uint32_t next_ordinal = 0;
  std::map<std::int32_t, Document> outcomes;
  bool transaction = false;  // the number is a transaction's
  bool committed = false;    // which is committed
  bool in_use = false;
  bool loaded = false;
  std::list<std::string>::iterator recency;

  void move_on(std::int64_t to) {
    txn_number = to;
    next_ordinal = 0;
    outcomes.clear();
    transaction = false;
    committed = false;
  }
};

namespace {

std::string lsid_of(const SessionId& id) {
  std::string lsid(reinterpret_cast<const char*>(id.uuid.data()), id.uuid.size());
  lsid.append(reinterpret_cast<const char*>(id.user_digest.data()), id.user_digest.size());
  return lsid;
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

Status too_old(const TransactionName& name, const std::string& lsid, std::int64_t newest) {
  return {ErrorCode::kTransactionTooOld,
          fmt::format("Cannot start transaction with {{ txnNumber: {} }} on session {} because a "
                      "newer transaction with txnNumber {{ txnNumber: {} }} has already started on "
                      "this session.",
                      name.txn_number, hex(lsid.substr(0, 16)), newest)};
}

DocumentView row_of(std::string_view value) {
  return DocumentView(reinterpret_cast<const std::uint8_t*>(value.data()));
}

std::int64_t written_ms(std::string_view value) {
  const ValueView at = row_of(value)["at"];
  return at.type() == BsonType::kDate ? at.as_date().milliseconds : 0;
}

}  // namespace

RetryTicket::RetryTicket(RetryTicket&& other) noexcept
    : table_(std::exchange(other.table_, nullptr)),
      session_(std::move(other.session_)),
      noted_(std::move(other.noted_)) {}

RetryTicket& RetryTicket::operator=(RetryTicket&& other) noexcept {
  if (this == &other) return *this;
  if (table_ != nullptr) table_->release(*session_);
  table_ = std::exchange(other.table_, nullptr);
  session_ = std::move(other.session_);
  noted_ = std::move(other.noted_);
  return *this;
}

RetryTicket::~RetryTicket() {
  if (table_ != nullptr) table_->release(*session_);
}

const Document* RetryTicket::outcome(std::int32_t statement) const {
  if (!active()) return nullptr;
  const auto found = session_->outcomes.find(statement);
  return found == session_->outcomes.end() ? nullptr : &found->second;
}

void RetryTicket::note(std::int32_t statement, Document outcome) {
  if (active()) noted_.emplace_back(statement, std::move(outcome));
}

void RetryTicket::store(WriteUnit& unit) {
  if (!active() || noted_.empty()) return;
  DocumentBuilder row;
  row.append("txn", session_->txn_number).append("at", Date::now());
  row.begin_array("done");
  for (const auto& [statement, outcome] : noted_) {
    row.push_document().append("s", statement).append("o", outcome).end();
  }
  row.end();
  const Document document = row.take();
  unit.put(Family::kMeta, session_key(session_->lsid, session_->next_ordinal), document.bytes());
}

void RetryTicket::committed() {
  if (!active() || noted_.empty()) return;
  ++session_->next_ordinal;
  for (auto& [statement, outcome] : noted_) {
    session_->outcomes.insert_or_assign(statement, std::move(outcome));
  }
  noted_.clear();
}

void RetryTicket::failed() { noted_.clear(); }

SessionStamp RetryTicket::stamp(std::int32_t statement) const {
  SessionStamp stamp;
  std::copy(session_->lsid.begin(), session_->lsid.end(), stamp.lsid.begin());
  stamp.txn_number = session_->txn_number;
  stamp.statement_id = statement;
  return stamp;
}

RetryTable::RetryTable(Storage& storage) : storage_(storage) {}
RetryTable::~RetryTable() = default;

// REQUIRES: `lock` holds the mutex. Waits for the command that runs in the session.
Result<std::shared_ptr<RetryTable::Session>> RetryTable::find_idle(
    const std::string& lsid, std::unique_lock<std::mutex>& lock) {
  Status status;
  const std::shared_ptr<Session> session = find_or_load(lsid, status);
  if (!status.ok()) return status;
  if (session->in_use) {
    // The command before may be done but for the commit that it staged, on this very thread.
    lock.unlock();
    storage_.commits().lead_staged();
    lock.lock();
  }
  CAIRN_RETURN_IF_ERROR(
      wait_for_others(idle_, lock, InterruptScope::current(), [&] { return !session->in_use; }));
  return session;
}

Result<RetryTicket> RetryTable::begin(const RetryableWrite& write) {
  const std::string lsid = lsid_of(write.session);
  std::unique_lock lock(mutex_);
  CAIRN_ASSIGN_OR_RETURN(const std::shared_ptr<Session> session, find_idle(lsid, lock));
  if (write.txn_number < session->txn_number) {
    return Status(ErrorCode::kTransactionTooOld,
                  fmt::format("Retryable write with txnNumber {} is prohibited on session {} "
                              "because a newer retryable write with txnNumber {} has already "
                              "started on this session.",
                              write.txn_number, hex(lsid.substr(0, 16)), session->txn_number));
  }
  if (write.txn_number == session->txn_number && session->transaction) {
    return Status(ErrorCode::kIncompleteTransactionHistory,
                  "Cannot retry a retryable write that has been converted into a transaction");
  }
  if (write.txn_number > session->txn_number) session->move_on(write.txn_number);
  session->in_use = true;
  RetryTicket ticket;
  ticket.table_ = this;
  ticket.session_ = session;
  return ticket;
}

Status RetryTable::begin_transaction(const TransactionName& name) {
  const std::string lsid = lsid_of(name.session);
  std::unique_lock lock(mutex_);
  CAIRN_ASSIGN_OR_RETURN(const std::shared_ptr<Session> session, find_idle(lsid, lock));
  if (name.txn_number < session->txn_number) return too_old(name, lsid, session->txn_number);
  if (name.txn_number == session->txn_number) {
    return {ErrorCode::kConflictingOperationInProgress,
            "Only servers in a sharded cluster can start a new transaction at the active "
            "transaction number"};
  }
  session->move_on(name.txn_number);
  session->transaction = true;
  return Status();
}

void RetryTable::store_commit(const TransactionName& name, WriteUnit& unit) const {
  DocumentBuilder row;
  row.append("txn", name.txn_number).append("at", Date::now());
  row.begin_array("done").end().append("committed", true);
  const Document document = row.take();
  unit.put(Family::kMeta, session_key(lsid_of(name.session), 0), document.bytes());
}

void RetryTable::committed(const TransactionName& name) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(lsid_of(name.session));
  if (found == sessions_.end() || found->second->txn_number != name.txn_number) return;
  found->second->committed = true;
}

Result<bool> RetryTable::is_committed(const TransactionName& name) {
  const std::string lsid = lsid_of(name.session);
  std::unique_lock lock(mutex_);
  CAIRN_ASSIGN_OR_RETURN(const std::shared_ptr<Session> session, find_idle(lsid, lock));
  if (name.txn_number < session->txn_number) return too_old(name, lsid, session->txn_number);
  return name.txn_number == session->txn_number && session->committed;
}

std::shared_ptr<RetryTable::Session> RetryTable::find_or_load(const std::string& lsid,
                                                              Status& status) {
  auto& session = sessions_[lsid];
  if (session == nullptr) {
    session = std::make_shared<Session>();
    session->lsid = lsid;
    session->recency = recent_.insert(recent_.end(), lsid);
    evict();
  } else {
    recent_.splice(recent_.end(), recent_, session->recency);
  }
  const std::shared_ptr<Session> kept = session;  // `evict` and others may move the map's own
  if (!kept->loaded) status = load(*kept);
  return kept;
}

Status RetryTable::load(Session& session) {
  const SessionRange range(session.lsid);
  KeyCursor cursor = storage_.latest().scan(Family::kMeta, range.range());
  for (cursor.seek_first(); cursor.valid(); cursor.next()) {
    const DocumentView row = row_of(cursor.value());
    const std::int64_t txn_number = row["txn"].as_int64();
    if (session.next_ordinal == 0) session.txn_number = txn_number;
    if (txn_number != session.txn_number) continue;
    ++session.next_ordinal;
    if (row["committed"].truthy()) session.transaction = session.committed = true;
    for (const Element& done : row["done"].as_document()) {
      const DocumentView entry = done.value.as_document();
      session.outcomes.insert_or_assign(entry["s"].as_int32(), Document(entry["o"].as_document()));
    }
  }
  CAIRN_RETURN_IF_ERROR(cursor.status());
  session.loaded = true;
  return Status();
}

void RetryTable::release(Session& session) {
  const std::lock_guard lock(mutex_);
  session.in_use = false;
  idle_.notify_all();
}

// Sessions in use are kept; the rows on disk bring the others back.
void RetryTable::evict() {
  auto candidate = recent_.begin();
  while (sessions_.size() > kMaxSessionsInMemory && candidate != recent_.end()) {
    const auto found = sessions_.find(*candidate);
    if (found == sessions_.end() || found->second->in_use || found->second.use_count() > 1) {
      ++candidate;
      continue;
    }
    sessions_.erase(found);
    candidate = recent_.erase(candidate);
  }
}

Status RetryTable::end_session(const SessionId& id) {
  const std::string lsid = lsid_of(id);
  {
    const std::lock_guard lock(mutex_);
    const auto found = sessions_.find(lsid);
    if (found != sessions_.end()) {
      if (found->second->in_use) return Status();
      recent_.erase(found->second->recency);
      sessions_.erase(found);
    }
  }
  WriteUnit unit;
  const SessionRange range(lsid);
  KeyCursor cursor = storage_.latest().scan(Family::kMeta, range.range());
  for (cursor.seek_first(); cursor.valid(); cursor.next()) {
    unit.remove(Family::kMeta, cursor.key());
  }
  CAIRN_RETURN_IF_ERROR(cursor.status());
  if (unit.empty()) return Status();
  return storage_.commits().commit(unit).status();
}

Status RetryTable::remove_stale(std::int64_t age_ms) {
  const std::int64_t oldest_ms = Date::now().milliseconds - age_ms;
  std::string from = "R";
  while (true) {
    CAIRN_ASSIGN_OR_RETURN(const std::vector<std::string> stale, find_stale(oldest_ms, from));
    if (stale.empty()) return Status();
    CAIRN_RETURN_IF_ERROR(forget_stale(stale, oldest_ms));
  }
}

// The next sessions whose first row is that old, from the key `from` on, which moves behind them.
Result<std::vector<std::string>> RetryTable::find_stale(std::int64_t oldest_ms,
                                                        std::string& from) const {
  std::vector<std::string> stale;
  const std::string lower = from;
  const std::string upper = "S";
  KeyCursor cursor = storage_.latest().scan(Family::kMeta, {lower, upper});
  for (cursor.seek_first(); cursor.valid() && stale.size() < kForgottenAtOnce; cursor.next()) {
    if (written_ms(cursor.value()) >= oldest_ms) continue;
    const std::string_view key = cursor.key();
    std::string lsid(key.substr(1, key.size() - 1 - sizeof(std::uint32_t)));
    if (stale.empty() || stale.back() != lsid) stale.push_back(std::move(lsid));
  }
  CAIRN_RETURN_IF_ERROR(cursor.status());
  if (!stale.empty()) from = SessionRange(stale.back()).upper;
  return stale;
}

// Keeps the session's next command waiting; null where one runs, or a transaction may be open.
std::shared_ptr<RetryTable::Session> RetryTable::hold_stale(const std::string& lsid) {
  const std::lock_guard lock(mutex_);
  auto& session = sessions_[lsid];
  if (session == nullptr) {
    session = std::make_shared<Session>();
    session->lsid = lsid;
    session->recency = recent_.insert(recent_.begin(), lsid);
  }
  if (session->in_use || (session->transaction && !session->committed)) return nullptr;
  session->in_use = true;
  return session;
}

// False, and nothing is removed, where the session has written since.
Result<bool> RetryTable::remove_rows(const std::string& lsid, std::int64_t oldest_ms,
                                     WriteUnit& unit) const {
  std::vector<std::string> keys;
  const SessionRange range(lsid);
  KeyCursor cursor = storage_.latest().scan(Family::kMeta, range.range());
  for (cursor.seek_first(); cursor.valid(); cursor.next()) {
    if (written_ms(cursor.value()) >= oldest_ms) return false;
    keys.emplace_back(cursor.key());
  }
  CAIRN_RETURN_IF_ERROR(cursor.status());
  for (const std::string& key : keys) unit.remove(Family::kMeta, key);
  return true;
}

Status RetryTable::forget_stale(const std::vector<std::string>& stale, std::int64_t oldest_ms) {
  std::vector<std::shared_ptr<Session>> held;  // shared with the table and with who waits
  WriteUnit unit;
  Status status;
  for (const std::string& lsid : stale) {
    const std::shared_ptr<Session> session = hold_stale(lsid);
    if (session == nullptr) continue;
    const auto removed = status.ok() ? remove_rows(lsid, oldest_ms, unit) : Result<bool>(status);
    if (!removed.ok()) status = removed.status();
    if (removed.ok() && *removed) {
      held.push_back(session);
    } else {
      let_go(session, false);
    }
  }
  if (status.ok() && !unit.empty()) status = storage_.commits().commit(unit).status();
  for (const std::shared_ptr<Session>& session : held) let_go(session, status.ok());
  return status;
}

// Who waits for the session goes on with what is left of it.
void RetryTable::let_go(const std::shared_ptr<Session>& session, bool forgotten) {
  const std::lock_guard lock(mutex_);
  if (forgotten) {
    session->move_on(-1);
    session->loaded = true;
  }
  session->in_use = false;
  const bool known = session->loaded && !forgotten;
  const bool awaited = session.use_count() > 2;  // besides the table and the caller
  if (!known && !awaited) {
    recent_.erase(session->recency);
    sessions_.erase(session->lsid);
  }
  idle_.notify_all();
}

}  // namespace cairn::write
