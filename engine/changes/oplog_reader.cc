#include "engine/changes/oplog_reader.h"

#include "engine/storage/keys.h"

#include <algorithm>
#include <utility>

namespace cairn::changes {
namespace {

constexpr std::uint32_t kEntriesPerCheck = 256;

}  // namespace

OplogReader::OplogReader(Storage& storage, OpNumber first, Direction direction)
    : storage_(storage),
      first_(first),
      direction_(direction),
      scan_(storage, {ErrorCode::kCappedPositionLost,
                      "CollectionScan died due to position in capped collection being deleted."}) {}

OpNumber OplogReader::oldest() const {
  return std::max({first_, storage_.oplog_start(), OpNumber{1}});
}

// The first row that is wanted: what a transaction has done is told from its first change on.
Result<const ChangeRow*> OplogReader::first_row() {
  CAIRN_RETURN_IF_ERROR(scan_.begin_behind(oldest() - 1));
  begun_ = true;
  CAIRN_ASSIGN_OR_RETURN(const ChangeRow* row, scan_.next());
  if (row == nullptr || row->place.number == 0) return row;
  const OpNumber first = std::max(row->first_op(), storage_.oplog_start());
  CAIRN_RETURN_IF_ERROR(scan_.begin_behind(first - 1));
  return scan_.next();
}

Result<bool> OplogReader::forwards() {
  if (row_ == nullptr) {
    CAIRN_ASSIGN_OR_RETURN(row_, begun_ ? scan_.next() : first_row());
  }
  if (row_ == nullptr) return false;
  if (!row_->change.in_transaction) {
    make_oplog_entry(*std::exchange(row_, nullptr), entry_);
    return true;
  }
  while (row_ != nullptr && transaction_.fits(*row_)) {
    transaction_.add(*row_);
    row_ = nullptr;
    if (transaction_.complete()) break;
    CAIRN_ASSIGN_OR_RETURN(row_, scan_.next());
  }
  transaction_.finish(entry_);
  return true;
}

Result<const ChangeRow*> OplogReader::row_before() {
  if (on_) {
    cursor_.next();
  } else {
    const OpKey from(oldest());
    const OpKey to(before_);
    cursor_ = storage_.latest().scan(Family::kOplog, {from.view(), to.view()},
                                     {.direction = Direction::kBackward});
    cursor_.seek_first();
    on_ = true;
  }
  if (!cursor_.valid()) {
    CAIRN_RETURN_IF_ERROR(cursor_.status());
    return static_cast<const ChangeRow*>(nullptr);
  }
  CAIRN_ASSIGN_OR_RETURN(row_before_, decode_change(cursor_.key(), cursor_.value()));
  before_ = row_before_.op;
  return &row_before_;
}

// The entries of the transaction whose last change that is.
Status OplogReader::make_entries(const ChangeRow& last) {
  const OpKey from(std::max(last.first_op(), storage_.oplog_start()));
  const OpKey to(last.op + 1);
  KeyCursor changes = storage_.latest().scan(Family::kOplog, {from.view(), to.view()});
  TransactionEntry entry;
  for (changes.seek_first(); changes.valid(); changes.next()) {
    CAIRN_ASSIGN_OR_RETURN(const ChangeRow row, decode_change(changes.key(), changes.value()));
    if (!entry.fits(row)) entry.finish(several_.emplace_back());
    entry.add(row);
  }
  CAIRN_RETURN_IF_ERROR(changes.status());
  entry.finish(several_.emplace_back());
  return Status();
}

Result<bool> OplogReader::backwards() {
  if (several_.empty()) {
    CAIRN_ASSIGN_OR_RETURN(const ChangeRow* row, row_before());
    if (row == nullptr) return false;
    if (!row->change.in_transaction) {
      make_oplog_entry(*row, entry_);
      return true;
    }
    CAIRN_RETURN_IF_ERROR(make_entries(*row));
    before_ = row->first_op();
    on_ = false;
  }
  entry_ = std::move(several_.back());
  several_.pop_back();
  return true;
}

Result<std::optional<DocumentView>> OplogReader::next(const Interrupt* interrupt) {
  if (entries_++ % kEntriesPerCheck == 0 && interrupt != nullptr) {
    CAIRN_RETURN_IF_ERROR(interrupt->check());
  }
  CAIRN_ASSIGN_OR_RETURN(const bool found,
                         direction_ == Direction::kForward ? forwards() : backwards());
  if (!found) return std::optional<DocumentView>();
  return std::optional(DocumentView(reinterpret_cast<const std::uint8_t*>(entry_.data())));
}

// A row that was read already is read again.
void OplogReader::park() {
  scan_.park();
  if (row_ != nullptr) scan_.step_back();
  row_ = nullptr;
  cursor_ = KeyCursor();
  on_ = false;
}

}  // namespace cairn::changes
