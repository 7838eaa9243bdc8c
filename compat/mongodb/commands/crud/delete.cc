// delete: removes documents, one statement after the other.
#include "compat/mongodb/command/reply.h"
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/crud/statements.h"

namespace cairn::mongodb {
namespace {

enum DeleteCommandField { kDeletes, kOrdered, kLet, kStatementId, kStatementIds };
constexpr Field kFields[] = {
    {.name = "deletes", .types = kArray, .required = true},
    {.name = "ordered", .types = kBoolOrNumber},
    {.name = "let", .types = kObject},
    {.name = "stmtId", .types = kNumber},
    {.name = "stmtIds", .types = kArray},
    {.name = "bypassDocumentValidation", .types = kBoolOrNumber},
};

void append_result(Call& call, const DeleteResult& result, const WriteOptions& options,
                   DocumentBuilder& reply) {
  std::int64_t deleted = 0;
  for (const DeleteOutcome& outcome : result.outcomes) deleted += outcome.deleted;
  const auto retried = retried_statements(std::span<const DeleteOutcome>(result.outcomes), options);
  call.dialect.metrics.documents_deleted.add(deleted);
  count_retried(call, retried);
  reply.append("n", static_cast<std::int32_t>(deleted));
  append_write_errors(result.errors, reply);
  append_retried_statements(retried, reply);
}

Status run(Call& call, DocumentBuilder& reply) {
  CAIRN_ASSIGN_OR_RETURN(const std::vector<DeleteStatement> statements,
                         read_statements(call, kDeletes, "delete.deletes", read_delete_statement));
  CAIRN_ASSIGN_OR_RETURN(
      const WriteOptions options,
      read_write_options(call, {kOrdered, kLet, kStatementId, kStatementIds}, statements.size()));
  call.dialect.metrics.deletes.add(static_cast<std::int64_t>(statements.size()));
  Collection collection = call.handle();
  CAIRN_ASSIGN_OR_RETURN(
      const DeleteResult result,
      run_statements<DeleteResult>(
          std::span<const DeleteStatement>(statements), options, "limit=0",
          [&collection](std::span<const DeleteStatement> some, const WriteOptions& with) {
            return collection.remove(some, with);
          }));
  call.wrote(result.op_time);
  append_result(call, result, options, reply);
  return {};
}

Result<Document> explain(Call& call, Verbosity verbosity) {
  CAIRN_ASSIGN_OR_RETURN(const std::vector<DeleteStatement> statements,
                         read_statements(call, kDeletes, "delete.deletes", read_delete_statement));
  CAIRN_RETURN_IF_ERROR(check_explained_statements(statements.size()));
  OperationOptions operation = call.operation();
  operation.let = call.arguments.document(kLet);
  operation.collation = statements.front().collation;
  return call.handle().explain_remove(statements.front(), operation, verbosity);
}

Cost weigh(const wire::mongodb::Request& request) { return weigh_statements(request, "deletes"); }

}  // namespace

extern const Row row_delete = {.name = "delete",
                               .help = "Deletes documents.",
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
