#include "engine/write/update.h"

#include "engine/update/equalities.h"
#include "engine/write/modify.h"

namespace cairn::write {
namespace {

Document stored_outcome(const UpdateOutcome& outcome, const Images*) {
  DocumentBuilder builder;
  builder.append("n", outcome.matched).append("m", outcome.modified);
  builder.append("u", outcome.upserted_id);
  return builder.take();
}

UpdateOutcome repeated_update(const Document& stored) {
  UpdateOutcome outcome;
  outcome.matched = stored["n"].as_int64();
  outcome.modified = stored["m"].as_int64();
  outcome.upserted_id = Value(stored["u"]);
  outcome.retried = true;
  return outcome;
}

// The document that an upsert is to insert instead of what its update makes; empty: none.
Result<DocumentView> supplied_document(const UpdateStatement& statement) {
  if (!statement.upsert_supplied) return statement.upsert_document;
  if (!statement.upsert) {
    return Status(ErrorCode::kFailedToParse,
                  "cannot specify 'upsertSupplied: true' for a non-upsert operation");
  }
  const ValueView supplied = statement.constants["new"];
  if (supplied.is_document()) return supplied.as_document();
  return Status(ErrorCode::kFailedToParse,
                "the parameter 'upsertSupplied' is set to 'true', but no document was supplied");
}

Result<ModifyResult> run(Context& context, const Namespace& name, const UpdateStatement& statement,
                         std::int32_t id, const WriteOptions& options, RetryTicket& ticket,
                         Companion& keys) {
  if (const Document* stored = ticket.outcome(id)) return ModifyResult{repeated_update(*stored), 0};
  CAIRN_ASSIGN_OR_RETURN(const DocumentView supplied, supplied_document(statement));
  CAIRN_ASSIGN_OR_RETURN(const expr::Surroundings around,
                         surroundings(context, name, options.operation, statement.collation));
  CAIRN_ASSIGN_OR_RETURN(
      const update::Update update,
      update::Update::parse(statement.update, {.array_filters = statement.array_filters,
                                               .collation = around.collation,
                                               .bindings = &around.bindings,
                                               .constants = statement.constants,
                                               .multi = statement.multi,
                                               .upsert = statement.upsert,
                                               .require_operators = statement.require_operators}));
  if (statement.upsert) CAIRN_RETURN_IF_ERROR(update::check_upsert_filter(statement.filter));
  CAIRN_ASSIGN_OR_RETURN(const match::Matcher matcher,
                         match::Matcher::parse(statement.filter, {.bindings = &around.bindings,
                                                                  .collation = around.collation}));
  if (statement.multi && !statement.sort.empty()) {
    return Status(ErrorCode::kFailedToParse, "Cannot specify sort with multi=true");
  }
  return modify(context, name,
                {.matcher = &matcher,
                 .update = &update,
                 .filter = statement.filter,
                 .specification = statement.update,
                 .sort = statement.sort,
                 .hint = statement.hint,
                 .multi = statement.multi,
                 .upsert = statement.upsert,
                 .supplied = supplied,
                 .bypass_document_validation = options.bypass_document_validation,
                 .statement = id,
                 .interrupt = options.operation.interrupt,
                 .outcome = stored_outcome,
                 .keys = &keys},
                ticket);
}

}  // namespace

Result<UpdateResult> update(Context& context, const Namespace& name,
                            std::span<const UpdateStatement> statements,
                            const WriteOptions& options) {
  return each_statement<UpdateResult>(
      context, statements, options,
      [&](const UpdateStatement& statement, std::int32_t id, RetryTicket& ticket, Companion& keys) {
        return run(context, name, statement, id, options, ticket, keys);
      });
}

}  // namespace cairn::write
