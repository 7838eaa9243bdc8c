#include "engine/write/companion.h"

namespace cairn::write {
namespace {

Status not_held(const KeyBatch& batch, const KeyBatchResult& result) {
  const std::size_t index = result.outcomes.size() - 1;
  const std::string& space = batch.writes()[index].space;
  const Document details = document("index", static_cast<std::int64_t>(index), "space", space);
  return {ErrorCode::kAtomicityFailure,
          "a condition on a key did not hold, so nothing was written: write " +
              std::to_string(index) + " of the batch, in space " + space,
          std::string(details.view().bytes())};
}

}  // namespace

Result<Companion> Companion::open(Context& context, const WriteOptions& options,
                                  const Command& command, const RetryTicket& ticket) {
  Companion companion;
  if (options.keys == nullptr || options.keys->empty()) return companion;
  if (context.transaction != nullptr) {
    return Status(ErrorCode::kInvalidOptions, "a write with keys cannot be part of a transaction");
  }
  if (command.statements > 1 || command.multi) {
    return Status(ErrorCode::kInvalidOptions,
                  "a write with keys is one commit: one statement that changes one document");
  }
  if (options.retry && ticket.outcome(options.retry->statement(0)) != nullptr) {
    companion.result_.done = true;
    return companion;
  }
  companion.store_ = &context.keys;
  companion.writes_ = options.keys;
  CAIRN_ASSIGN_OR_RETURN(companion.batch_, context.keys.prepare(*options.keys));
  if (!companion.batch_->holds()) return not_held(*options.keys, companion.batch_->result());
  return companion;
}

Status Companion::add_to(WriteUnit& unit) {
  if (!active()) return Status();
  Status evaluated = store_->evaluate(*writes_, *batch_);
  if (evaluated.ok() && !batch_->holds()) evaluated = not_held(*writes_, batch_->result());
  refused_ = !evaluated.ok();
  if (!refused_) batch_->add_to(unit);
  return evaluated;
}

void Companion::committed(OpNumber op) {
  if (!active()) return;
  result_ = std::move(batch_->result());
  result_.op_time = {op};
}

}  // namespace cairn::write
