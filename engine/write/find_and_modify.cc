#include "engine/write/find_and_modify.h"

#include "engine/project/projection.h"
#include "engine/update/equalities.h"
#include "engine/write/modify.h"
#include "engine/write/remove.h"

#include <algorithm>

namespace cairn::write {
namespace {

// The answer before its projection.
struct Modified {
  FindAndModifyResult result;
  std::optional<double> text_score;
};

// What a retry must give back: {n, e: updated an existing one, u: upserted id, d: the unprojected
// image, s: its text score}.
Document stored_update(const UpdateOutcome& outcome, const Images* images) {
  DocumentBuilder builder;
  builder.append("n", std::int64_t{1}).append("e", outcome.matched > 0);
  builder.append("u", outcome.upserted_id);
  if (images->before) builder.append("d", *images->before);
  if (images->after) builder.append("d", *images->after);
  if (images->text_score) builder.append("s", *images->text_score);
  return builder.take();
}

Document stored_removal(DocumentView removed, std::optional<double> text_score) {
  DocumentBuilder builder;
  builder.append("n", std::int64_t{1}).append("e", false).append("d", removed);
  if (text_score) builder.append("s", *text_score);
  return builder.take();
}

Modified repeated(const Document& stored) {
  Modified modified;
  FindAndModifyResult& result = modified.result;
  result.matched = stored["n"].as_int64();
  result.updated_existing = stored["e"].as_bool();
  result.upserted_id = Value(stored["u"]);
  if (stored["d"].is_document()) result.document = Document(stored["d"].as_document());
  if (stored["s"].is_number()) modified.text_score = stored["s"].to_double();
  result.retried = true;
  return modified;
}

Result<Modified> remove_one(Context& context, const Namespace& name,
                            const FindAndModifyStatement& statement, const match::Matcher& matcher,
                            const expr::Surroundings&, std::int32_t id, const WriteOptions& options,
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
  Modified done{.result = {}, .text_score = removed.text_score};
  FindAndModifyResult& result = done.result;
  result.matched = removed.removed;
  result.document = std::move(removed.image);
  result.op_time = {removed.op};
  return done;
}

Result<Modified> update_one(Context& context, const Namespace& name,
                            const FindAndModifyStatement& statement, const match::Matcher& matcher,
                            const expr::Surroundings& around, std::int32_t id,
                            const WriteOptions& options, RetryTicket& ticket, Companion& keys) {
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
  Modified done{.result = {}, .text_score = images.text_score};
  FindAndModifyResult& result = done.result;
  result.updated_existing = modified.outcome.matched > 0;
  result.upserted_id = std::move(modified.outcome.upserted_id);
  result.matched = result.updated_existing || !result.upserted_id.missing() ? 1 : 0;
  result.document = after ? std::move(images.after) : std::move(images.before);
  result.op_time = {modified.op};
  return done;
}

Status project_image(const project::Projection& projection, const match::Matcher& matcher,
                     Modified& modified) {
  FindAndModifyResult& result = modified.result;
  if (!result.document || projection.keeps_everything()) return Status();
  DocumentBuilder builder;
  const expr::Metadata metadata{.text_score = modified.text_score};
  expr::Evaluation evaluation;
  evaluation.begin(*result.document, &metadata);
  CAIRN_RETURN_IF_ERROR(projection.apply(evaluation, builder, &matcher));
  result.document = builder.take();
  return Status();
}

Status check_metadata(const project::Projection& projection) {
  if (!projection.metas().asks(expr::MetaKind::kSortKey)) return Status();
  return {ErrorCode::kBadValue, "Cannot use a $meta sortKey projection in findAndModify commands."};
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
  CAIRN_RETURN_IF_ERROR(check_metadata(projection));
  CAIRN_RETURN_IF_ERROR(projection.check_filter(statement.filter, around));
  Modified modified;
  if (const Document* stored = ticket.outcome(id)) {
    modified = repeated(*stored);
  } else {
    if (statement.upsert) CAIRN_RETURN_IF_ERROR(update::check_upsert_filter(statement.filter));
    const auto run = statement.remove ? remove_one : update_one;
    CAIRN_ASSIGN_OR_RETURN(
        modified, run(context, name, statement, matcher, around, id, options, ticket, keys));
  }
  CAIRN_RETURN_IF_ERROR(project_image(projection, matcher, modified));
  modified.result.keys = keys.take();
  CAIRN_RETURN_IF_ERROR(acknowledge(context, options, modified.result.op_time.value));
  return std::move(modified.result);
}

}  // namespace cairn::write
