// update: changes, replaces or upserts documents, one statement after the other.
#include "compat/mongodb/command/reply.h"
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/crud/statements.h"

namespace cairn::mongodb {
namespace {

enum UpdateCommandField { kUpdates, kOrdered, kBypass, kLet, kStatementId, kStatementIds };
constexpr Field kFields[] = {
    {.name = "updates", .types = kArray, .required = true},
    {.name = "ordered", .types = kBoolOrNumber},
    {.name = "bypassDocumentValidation", .types = kBoolOrNumber},
    {.name = "let", .types = kObject},
    {.name = "stmtId", .types = kNumber},
    {.name = "stmtIds", .types = kArray},
    {.name = "bypassEmptyTsReplacement", .types = kBool},
};

void append_upserted(std::span<const UpdateOutcome> outcomes, DocumentBuilder& reply) {
  bool open = false;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].upserted_id.missing()) continue;
    if (!open) reply.begin_array("upserted");
    open = true;
    reply.push_document().append("index", static_cast<std::int32_t>(i));
    reply.append("_id", outcomes[i].upserted_id).end();
  }
  if (open) reply.end();
}

void append_result(Call& call, const UpdateResult& result, const WriteOptions& options,
                   DocumentBuilder& reply) {
  std::int64_t matched = 0;
  std::int64_t modified = 0;
  for (const UpdateOutcome& outcome : result.outcomes) {
    matched += outcome.matched + (outcome.upserted_id.missing() ? 0 : 1);
    modified += outcome.modified;
  }
  const std::span<const UpdateOutcome> outcomes(result.outcomes);
  const auto retried = retried_statements(outcomes, options);
  call.dialect.metrics.documents_updated.add(modified);
  count_retried(call, retried);
  reply.append("n", static_cast<std::int32_t>(matched));
  append_write_errors(result.errors, reply);
  append_upserted(outcomes, reply);
  reply.append("nModified", static_cast<std::int32_t>(modified));
  append_retried_statements(retried, reply);
}

Status run(Call& call, DocumentBuilder& reply) {
  CAIRN_ASSIGN_OR_RETURN(const std::vector<UpdateStatement> statements,
                         read_statements(call, kUpdates, "update.updates", read_update_statement));
  CAIRN_ASSIGN_OR_RETURN(
      WriteOptions options,
      read_write_options(call, {kOrdered, kLet, kStatementId, kStatementIds}, statements.size()));
  options.bypass_document_validation = call.arguments.boolean(kBypass);
  call.dialect.metrics.updates.add(static_cast<std::int64_t>(statements.size()));
  Collection collection = call.handle();
  CAIRN_ASSIGN_OR_RETURN(
      const UpdateResult result,
      run_statements<UpdateResult>(
          std::span<const UpdateStatement>(statements), options, "multi=true",
          [&collection](std::span<const UpdateStatement> some, const WriteOptions& with) {
            return collection.update(some, with);
          }));
  call.wrote(result.op_time);
  append_result(call, result, options, reply);
  return {};
}

Result<Document> explain(Call& call, Verbosity verbosity) {
  CAIRN_ASSIGN_OR_RETURN(const std::vector<UpdateStatement> statements,
                         read_statements(call, kUpdates, "update.updates", read_update_statement));
  CAIRN_RETURN_IF_ERROR(check_explained_statements(statements.size()));
  OperationOptions operation = call.operation();
  operation.let = call.arguments.document(kLet);
  operation.collation = statements.front().collation;
  return call.handle().explain_update(statements.front(), operation, verbosity);
}

Cost weigh(const wire::mongodb::Request& request) { return weigh_statements(request, "updates"); }

}  // namespace

extern const Row row_update = {.name = "update",
                               .help = "Updates documents.",
                               .in_transactions = true,
                               .target = Target::kCollection,
                               .access = Access::kWrite,
                               .in_api_v1 = true,
                               .retryable = true,
                               .counted_apart = true,
                               .fields = kFields,
                               .run = run,
                               .explain = explain,
                               .weigh = weigh};

}  // namespace cairn::mongodb
