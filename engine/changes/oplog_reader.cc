#include "engine/changes/oplog_reader.h"

#include "engine/changes/oplog_entry.h"
#include "engine/storage/keys.h"

#include <algorithm>

namespace cairn::changes {
namespace {

constexpr std::uint32_t kRowsPerCheck = 256;

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

Result<const ChangeRow*> OplogReader::forwards() {
  if (!begun_) CAIRN_RETURN_IF_ERROR(scan_.begin_behind(oldest() - 1));
  begun_ = true;
  return scan_.next();
}

Result<const ChangeRow*> OplogReader::backwards() {
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
  CAIRN_ASSIGN_OR_RETURN(row_, decode_change(cursor_.key(), cursor_.value()));
  before_ = row_.op;
  return &row_;
}

Result<std::optional<DocumentView>> OplogReader::next(const Interrupt* interrupt) {
  if (rows_++ % kRowsPerCheck == 0 && interrupt != nullptr) {
    CAIRN_RETURN_IF_ERROR(interrupt->check());
  }
  CAIRN_ASSIGN_OR_RETURN(const ChangeRow* row,
                         direction_ == Direction::kForward ? forwards() : backwards());
  if (row == nullptr) return std::optional<DocumentView>();
  make_oplog_entry(*row, entry_);
  return std::optional(DocumentView(reinterpret_cast<const std::uint8_t*>(entry_.data())));
}

void OplogReader::park() {
  scan_.park();
  cursor_ = KeyCursor();
  on_ = false;
}

}  // namespace cairn::changes
