#include "engine/write/remove.h"

#include "engine/records/record_writer.h"
#include "engine/write/each_statement.h"
#include "engine/write/target.h"

namespace cairn::write {
namespace {

Document stored_outcome(DocumentView, std::optional<double>) { return document("n", 1); }

Status remove_target(Context& context, const CollectionEntry& collection, Targets& targets,
                     const RemoveRequest& request, RetryTicket& ticket, RemoveResult& result) {
  const DocumentView before = targets.document();
  if (request.keep_image && !result.image) {
    result.image = Document(before);
    result.text_score = targets.text_score();
  }
  WriteUnit unit;
  records::RecordWriter writer(collection, unit);
  if (ticket.active()) {
    ticket.note(request.statement, request.outcome(before, targets.text_score()));
    ticket.store(unit);
    writer.set_session(ticket.stamp(request.statement));
  }
  Status removed = writer.remove(targets.id(), targets.record_key(), before);
  if (removed.ok() && request.keys != nullptr) removed = request.keys->add_to(unit);
  if (!removed.ok()) {
    ticket.failed();
    return removed;
  }
  auto receipt = context.commit(unit, targets.intents());
  if (!receipt.ok()) {
    ticket.failed();
    return receipt.take_status();
  }
  ticket.committed();
  if (request.keys != nullptr) request.keys->committed(receipt->last_op);
  ++result.removed;
  if (request.progress != nullptr) ++*request.progress;
  result.op = receipt->last_op;
  return Status();
}

using Done = StatementDone<DeleteOutcome>;

Result<Done> run(Context& context, const Namespace& name, const DeleteStatement& statement,
                 std::int32_t id, const WriteOptions& options, RetryTicket& ticket,
                 Companion& keys) {
  if (const Document* stored = ticket.outcome(id)) {
    return Done{{.deleted = stored->view()["n"].to_int64_clamped(), .retried = true}, 0};
  }
  CAIRN_ASSIGN_OR_RETURN(const expr::Surroundings around,
                         surroundings(context, name, options.operation, statement.collation));
  CAIRN_ASSIGN_OR_RETURN(const match::Matcher matcher,
                         match::Matcher::parse(statement.filter, {.bindings = &around.bindings,
                                                                  .collation = around.collation}));
  CAIRN_ASSIGN_OR_RETURN(const RemoveResult done,
                         remove_matching(context, name,
                                         {.matcher = &matcher,
                                          .hint = statement.hint,
                                          .multi = statement.multi,
                                          .statement = id,
                                          .interrupt = options.operation.interrupt,
                                          .outcome = stored_outcome,
                                          .keys = &keys},
                                         ticket));
  return Done{{.deleted = done.removed}, done.op};
}

}  // namespace

Result<RemoveResult> remove_matching(Context& context, const Namespace& name,
                                     const RemoveRequest& request, RetryTicket& ticket) {
  RemoveResult result;
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    auto lease = context.lease(name);
    if (!lease.ok() && lease.status().code() == ErrorCode::kNamespaceNotFound) return result;
    if (!lease.ok()) return lease.take_status();
    CAIRN_ASSIGN_OR_RETURN(Targets targets, Targets::open(context, lease->ref(),
                                                          {.matcher = request.matcher,
                                                           .sort = request.sort,
                                                           .hint = request.hint,
                                                           .hidden = request.hidden,
                                                           .first_only = !request.multi},
                                                          request.interrupt));
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

Result<bool> remove_record(Context& context, const CollectionEntry& collection,
                           std::string_view record_key, const match::Matcher& matcher) {
  const Reader reader = context.storage.latest();
  PinnedValue stored;
  CAIRN_ASSIGN_OR_RETURN(const bool there, reader.get(Family::kDoc, record_key, stored));
  if (!there) return false;
  records::IdKey id;
  id.assign(collection, records::stored_document(stored.view())["_id"]);
  const std::uint64_t hash = id.lock_hash();
  CAIRN_ASSIGN_OR_RETURN(Intents intents, lock_documents(context, {&hash, 1}));
  CAIRN_ASSIGN_OR_RETURN(const bool found, reader.get(Family::kDoc, record_key, stored));
  if (!found) return false;
  const DocumentView document = records::stored_document(stored.view());
  CAIRN_ASSIGN_OR_RETURN(const bool matches, matcher.matches(document));
  if (!matches) return false;
  WriteUnit unit;
  records::RecordWriter writer(collection, unit);
  CAIRN_RETURN_IF_ERROR(writer.remove(id, record_key, document));
  CAIRN_RETURN_IF_ERROR(context.commit(unit, intents).status());
  return true;
}

Result<DeleteResult> remove(Context& context, const Namespace& name,
                            std::span<const DeleteStatement> statements,
                            const WriteOptions& options) {
  return each_statement<DeleteResult>(
      context, statements, options,
      [&](const DeleteStatement& statement, std::int32_t id, RetryTicket& ticket, Companion& keys) {
        return run(context, name, statement, id, options, ticket, keys);
      });
}

}  // namespace cairn::write
