#include "engine/write/remove.h"

#include "engine/records/record_writer.h"
#include "engine/write/target.h"

namespace cairn::write {
namespace {

constexpr int kMaxAttempts = 100;

Document stored_outcome(DocumentView) { return document("n", 1); }

Status remove_target(Context& context, const CollectionEntry& collection, Targets& targets,
                     const RemoveRequest& request, RetryTicket& ticket, RemoveResult& result) {
  const DocumentView before = targets.document();
  if (request.keep_image && !result.image) result.image = Document(before);
  WriteUnit unit;
  records::RecordWriter writer(collection, unit);
  if (ticket.active()) {
    ticket.note(request.statement, request.outcome(before));
    ticket.store(unit);
    writer.set_session(ticket.stamp(request.statement));
  }
  writer.remove(targets.id(), targets.record_key(), before);
  auto receipt = context.storage.commits().commit(unit, &targets.intents());
  if (!receipt.ok()) {
    ticket.failed();
    return receipt.take_status();
  }
  ticket.committed();
  ++result.removed;
  result.op = receipt->last_op;
  return Status();
}

Result<RemoveResult> run(Context& context, const Namespace& name, const DeleteStatement& statement,
                         std::int32_t id, const WriteOptions& options, RetryTicket& ticket) {
  CAIRN_ASSIGN_OR_RETURN(
      const match::Matcher matcher,
      match::Matcher::parse(statement.filter,
                            {.let = options.operation.let, .collation = statement.collation}));
  return remove_matching(context, name,
                         {.matcher = &matcher,
                          .hint = statement.hint,
                          .multi = statement.multi,
                          .statement = id,
                          .interrupt = options.operation.interrupt,
                          .outcome = stored_outcome},
                         ticket);
}

}  // namespace

Result<RemoveResult> remove_matching(Context& context, const Namespace& name,
                                     const RemoveRequest& request, RetryTicket& ticket) {
  RemoveResult result;
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    auto lease = context.catalog.lease(name);
    if (!lease.ok() && lease.status().code() == ErrorCode::kNamespaceNotFound) return result;
    if (!lease.ok()) return lease.take_status();
    CAIRN_ASSIGN_OR_RETURN(Targets targets, Targets::open(context, lease->ref(),
                                                          {.matcher = request.matcher,
                                                           .sort = request.sort,
                                                           .hint = request.hint,
                                                           .first_only = !request.multi}));
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const bool more, targets.next(request.interrupt));
      if (!more) break;
      CAIRN_RETURN_IF_ERROR(remove_target(context, **lease, targets, request, ticket, result));
      if (!request.multi) return result;
    }
    if (request.multi || !targets.lost_any()) break;
  }
  return result;
}

Result<DeleteResult> remove(Context& context, const Namespace& name,
                            std::span<const DeleteStatement> statements,
                            const WriteOptions& options) {
  CAIRN_ASSIGN_OR_RETURN(RetryTicket ticket, begin_command(context, options));
  DeleteResult result;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const std::int32_t id = options.retry ? options.retry->statement(i) : 0;
    if (const Document* stored = ticket.outcome(id)) {
      result.outcomes.push_back({stored->view()["n"].to_int64_clamped(), true});
      continue;
    }
    auto done = run(context, name, statements[i], id, options, ticket);
    if (!done.ok()) {
      // An interruption ends the command and not one statement: drivers retry the first alone.
      const Interrupt* interrupt = options.operation.interrupt;
      if (interrupt != nullptr && !interrupt->check().ok()) return done.take_status();
      result.outcomes.emplace_back();
      result.errors.push_back({i, done.take_status()});
      if (options.ordered) break;
      continue;
    }
    if (done->op != 0) result.op_time = {done->op};
    result.outcomes.push_back({done->removed, false});
  }
  CAIRN_RETURN_IF_ERROR(acknowledge(context, options, result.op_time.value));
  return result;
}

}  // namespace cairn::write
