// findAndModify: changes, upserts or removes one document and gives it, before or after.
#include "compat/mongodb/command/reply.h"
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/crud/arguments.h"
#include "compat/mongodb/commands/crud/strict_stages.h"

namespace cairn::mongodb {
namespace {

enum FindAndModifyField {
  kQuery,
  kSort,
  kRemove,
  kUpdate,
  kNew,
  kFieldsWanted,
  kUpsert,
  kArrayFilters,
  kHint,
  kCollation,
  kLet,
  kBypass,
  kStatementId,
};
constexpr Field kFields[] = {
    {.name = "query", .types = kObject},
    {.name = "sort", .types = kObject},
    {.name = "remove", .types = kBoolOrNumber},
    {.name = "update"},
    {.name = "new", .types = kBoolOrNumber},
    {.name = "fields", .types = kObject},
    {.name = "upsert", .types = kBoolOrNumber},
    {.name = "arrayFilters", .types = kArray},
    {.name = "hint"},
    {.name = "collation", .types = kObject},
    {.name = "let", .types = kObject},
    {.name = "bypassDocumentValidation", .types = kBoolOrNumber},
    {.name = "stmtId", .types = kNumber},
    {.name = "sampleId", .types = kBinary},
    {.name = "bypassEmptyTsReplacement", .types = kBool},
};

Status check_combination(const Arguments& arguments) {
  const bool has_update = arguments.has(kUpdate);
  if (has_update) CAIRN_RETURN_IF_ERROR(check_update(arguments[kUpdate]));
  const char* wrong = nullptr;
  if (!arguments.boolean(kRemove)) {
    if (!has_update) wrong = "Either an update or remove=true must be specified";
  } else if (has_update) {
    wrong = "Cannot specify both an 'update' and 'remove'=true";
  } else if (arguments.boolean(kUpsert)) {
    wrong = "Cannot specify both 'upsert'=true and 'remove'=true ";
  } else if (arguments.boolean(kNew)) {
    wrong =
        "Cannot specify both 'new'=true and 'remove'=true; 'remove' always returns the deleted "
        "document";
  } else if (arguments.has(kArrayFilters)) {
    wrong = "Cannot specify 'arrayFilters' and 'remove'=true";
  }
  if (wrong != nullptr) return {ErrorCode::kFailedToParse, wrong};
  return check_hint(arguments[kHint]);
}

FindAndModifyStatement read_statement(const Arguments& arguments) {
  return {
      .filter = arguments.document(kQuery),
      .sort = arguments.document(kSort),
      .projection = arguments.document(kFieldsWanted),
      .update = arguments[kUpdate],
      .remove = arguments.boolean(kRemove),
      .upsert = arguments.boolean(kUpsert),
      .return_document = arguments.boolean(kNew) ? ReturnDocument::kAfter : ReturnDocument::kBefore,
      .array_filters = arguments.document(kArrayFilters),
      .hint = arguments[kHint]};
}

void append_result(const FindAndModifyResult& result, bool remove, const WriteOptions& options,
                   DocumentBuilder& reply) {
  reply.begin_document("lastErrorObject").append("n", static_cast<std::int32_t>(result.matched));
  if (!remove) reply.append("updatedExisting", result.updated_existing);
  reply.append("upserted", result.upserted_id).end();
  if (result.document) {
    reply.append("value", *result.document);
  } else {
    reply.append_null("value");
  }
  if (!result.retried || !options.retry) return;
  reply.append("retriedStmtId", options.retry->statement(0));
}

Status run(Call& call, DocumentBuilder& reply) {
  const Arguments& arguments = call.arguments;
  CAIRN_RETURN_IF_ERROR(check_combination(arguments));
  if (call.generic.api_strict) {
    CAIRN_RETURN_IF_ERROR(check_strict_filter(arguments.document(kQuery)));
  }
  WriteOptions options = call.write_options();
  options.operation.let = arguments.document(kLet);
  options.operation.collation = arguments.document(kCollation);
  options.bypass_document_validation = arguments.boolean(kBypass);
  CAIRN_RETURN_IF_ERROR(read_statement_ids(arguments[kStatementId], ValueView(), 1, options));
  const FindAndModifyStatement statement = read_statement(arguments);
  CAIRN_ASSIGN_OR_RETURN(const FindAndModifyResult result,
                         call.handle().find_and_modify(statement, options));
  Metrics& metrics = call.dialect.metrics;
  (statement.remove ? metrics.documents_deleted : metrics.documents_updated).add(result.matched);
  metrics.retried_statements.add(result.retried ? 1 : 0);
  metrics.retried_commands.add(result.retried ? 1 : 0);
  call.wrote(result.op_time);
  append_result(result, statement.remove, options, reply);
  return {};
}

Result<Document> explain(Call& call, Verbosity verbosity) {
  CAIRN_RETURN_IF_ERROR(check_combination(call.arguments));
  OperationOptions operation = call.operation();
  operation.let = call.arguments.document(kLet);
  operation.collation = call.arguments.document(kCollation);
  return call.handle().explain_find_and_modify(read_statement(call.arguments), operation,
                                               verbosity);
}

Cost weigh(const wire::mongodb::Request& request) {
  const ValueView query = request.body["query"];
  return query.is_document() && is_point_filter(query.as_document()) ? Cost::kShort : Cost::kLong;
}

}  // namespace

extern const Row row_find_and_modify = {.name = "findAndModify",
                                        .aliases = {"findandmodify"},
                                        .help = "Changes one document and returns it.",
                                        .in_transactions = true,
                                        .target = Target::kCollection,
                                        .access = Access::kWrite,
                                        .in_api_v1 = true,
                                        .retryable = true,
                                        .fields = kFields,
                                        .run = run,
                                        .explain = explain,
                                        .weigh = weigh};

}  // namespace cairn::mongodb
