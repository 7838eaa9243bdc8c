#include "engine/write/find_and_modify.h"

#include "engine/project/projection.h"
#include "engine/update/equalities.h"
#include "engine/write/modify.h"
#include "engine/write/remove.h"

namespace cairn::write {
namespace {

// What a retry must give back: {n, e: updated an existing one, u: upserted id, d: the unprojected
// image}.
Document stored_update(const UpdateOutcome& outcome, const Images* images) {
  DocumentBuilder builder;
  builder.append("n", std::int64_t{1}).append("e", outcome.matched > 0);
  builder.append("u", outcome.upserted_id);
  if (images->before) builder.append("d", *images->before);
  if (images->after) builder.append("d", *images->after);
  return builder.take();
}

Document stored_removal(DocumentView removed) {
  return document("n", std::int64_t{1}, "e", false, "d", removed);
}

FindAndModifyResult repeated(const Document& stored) {
  FindAndModifyResult result;
  result.matched = stored["n"].as_int64();
  result.updated_existing = stored["e"].as_bool();
  result.upserted_id = Value(stored["u"]);
  if (stored["d"].is_document()) result.document = Document(stored["d"].as_document());
  result.retried = true;
  return result;
}

Result<FindAndModifyResult> remove_one(Context& context, const Namespace& name,
                                       const FindAndModifyStatement& statement,
                                       const match::Matcher& matcher, const expr::Surroundings&,
                                       std::int32_t id, const WriteOptions& options,
                                       RetryTicket& ticket, Companion& keys) {
  CAIRN_ASSIGN_OR_RETURN(RemoveResult removed,
                         remove_matching(context, name,
                                         {.matcher = &matcher,
                                          .sort = statement.sort,
                                          .hint = statement.hint,
                                          .statement = id,
                                          .interrupt = options.operation.interrupt,
                                          .keep_image = true,
                                          .outcome = stored_removal,
                                          .keys = &keys},
                                         ticket));
  FindAndModifyResult result;
  result.matched = removed.removed;
  result.document = std::move(removed.image);
  result.op_time = {removed.op};
  return result;
}

Result<FindAndModifyResult> update_one(Context& context, const Namespace& name,
                                       const FindAndModifyStatement& statement,
                                       const match::Matcher& matcher,
                                       const expr::Surroundings& around, std::int32_t id,
                                       const WriteOptions& options, RetryTicket& ticket,
                                       Companion& keys) {
  CAIRN_ASSIGN_OR_RETURN(
      const update::Update update,
      update::Update::parse(statement.update, {.array_filters = statement.array_filters,
                                               .collation = around.collation,
                                               .bindings = &around.bindings,
                                               .upsert = statement.upsert}));
  const bool after = statement.return_document == ReturnDocument::kAfter;
  Images images{.keep_before = !after, .keep_after = after};
  CAIRN_ASSIGN_OR_RETURN(ModifyResult modified,
                         modify(context, name,
                                {.matcher = &matcher,
                                 .update = &update,
                                 .filter = statement.filter,
                                 .specification = statement.update,
                                 .sort = statement.sort,
                                 .hint = statement.hint,
                                 .upsert = statement.upsert,
                                 .bypass_document_validation = options.bypass_document_validation,
                                 .statement = id,
                                 .command = "findAndModify",
                                 .interrupt = options.operation.interrupt,
                                 .images = &images,
                                 .outcome = stored_update,
                                 .keys = &keys},
                                ticket));
  FindAndModifyResult result;
  result.updated_existing = modified.outcome.matched > 0;
  result.upserted_id = std::move(modified.outcome.upserted_id);
  result.matched = result.updated_existing || !result.upserted_id.missing() ? 1 : 0;
  result.document = after ? std::move(images.after) : std::move(images.before);
  result.op_time = {modified.op};
  return result;
}

Status project_image(const project::Projection& projection, const match::Matcher& matcher,
                     FindAndModifyResult& result) {
  if (!result.document || projection.keeps_everything()) return Status();
  DocumentBuilder builder;
  expr::Evaluation evaluation(*result.document);
  CAIRN_RETURN_IF_ERROR(projection.apply(evaluation, builder, &matcher));
  result.document = builder.take();
  return Status();
}

Status check_statement(const FindAndModifyStatement& statement) {
  if (statement.remove && !statement.update.missing()) {
    return {ErrorCode::kFailedToParse, "Cannot specify both an update and remove=true"};
  }
  if (statement.remove && statement.upsert) {
    return {ErrorCode::kFailedToParse, "Cannot specify both upsert=true and remove=true"};
  }
  if (statement.remove && statement.return_document == ReturnDocument::kAfter) {
    return {ErrorCode::kFailedToParse,
            "Cannot specify both new=true and remove=true; 'remove' always returns the deleted "
            "document"};
  }
  if (!statement.remove && statement.update.missing()) {
    return {ErrorCode::kFailedToParse, "Either an update or remove=true must be specified"};
  }
  return Status();
}

}  // namespace

Result<FindAndModifyResult> find_and_modify(Context& context, const Namespace& name,
                                            const FindAndModifyStatement& statement,
                                            const WriteOptions& options) {
  CAIRN_RETURN_IF_ERROR(check_statement(statement));
  CAIRN_ASSIGN_OR_RETURN(RetryTicket ticket, begin_command(context, options));
  CAIRN_ASSIGN_OR_RETURN(Companion keys, Companion::open(context, options, {}, ticket));
  const std::int32_t id = options.retry ? options.retry->statement(0) : 0;
  CAIRN_ASSIGN_OR_RETURN(
      const expr::Surroundings around,
      surroundings(context, name, options.operation, options.operation.collation));
  CAIRN_ASSIGN_OR_RETURN(const match::Matcher matcher,
                         match::Matcher::parse(statement.filter, {.bindings = &around.bindings,
                                                                  .collation = around.collation}));
  CAIRN_ASSIGN_OR_RETURN(
      const project::Projection projection,
      project::Projection::parse(statement.projection, project::Language::kFind, around.scope()));
  if (projection.is_positional() && statement.return_document == ReturnDocument::kAfter) {
    return Status(ErrorCode::kBadValue,
                  "cannot use a positional projection and return the new document");
  }
  CAIRN_RETURN_IF_ERROR(projection.check_filter(statement.filter, around));
  FindAndModifyResult result;
  if (const Document* stored = ticket.outcome(id)) {
    result = repeated(*stored);
  } else {
    if (statement.upsert) CAIRN_RETURN_IF_ERROR(update::check_upsert_filter(statement.filter));
    const auto run = statement.remove ? remove_one : update_one;
    CAIRN_ASSIGN_OR_RETURN(
        result, run(context, name, statement, matcher, around, id, options, ticket, keys));
  }
  CAIRN_RETURN_IF_ERROR(project_image(projection, matcher, result));
  result.keys = keys.take();
  CAIRN_RETURN_IF_ERROR(acknowledge(context, options, result.op_time.value));
  return result;
}

}  // namespace cairn::write
