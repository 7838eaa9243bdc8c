// insert: documents into a collection, which is created if need be.
#include "compat/mongodb/command/reply.h"
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/crud/arguments.h"
#include "compat/mongodb/commands/crud/statements.h"

namespace cairn::mongodb {
namespace {

enum InsertField { kDocuments, kOrdered, kBypass, kStatementId, kStatementIds };
constexpr Field kFields[] = {
    {.name = "documents", .types = kArray, .required = true},
    {.name = "ordered", .types = kBoolOrNumber},
    {.name = "bypassDocumentValidation", .types = kBoolOrNumber},
    {.name = "stmtId", .types = kNumber},
    {.name = "stmtIds", .types = kArray},
};

Status run(Call& call, DocumentBuilder& reply) {
  CAIRN_ASSIGN_OR_RETURN(const std::span<const DocumentView> documents,
                         documents_argument(call, kDocuments, call.connection.scratch));
  CAIRN_RETURN_IF_ERROR(check_batch_size(documents.size()));
  WriteOptions options = call.write_options();
  options.observer = call.observer;
  options.ordered = call.arguments.boolean(kOrdered, true);
  options.bypass_document_validation = call.arguments.boolean(kBypass);
  CAIRN_RETURN_IF_ERROR(read_statement_ids(
      call.arguments[kStatementId], call.arguments[kStatementIds], documents.size(), options));
  Metrics& metrics = call.dialect.metrics;
  metrics.inserts.add(static_cast<std::int64_t>(documents.size()));
  CAIRN_ASSIGN_OR_RETURN(const InsertResult result, call.handle().insert(documents, options));
  metrics.documents_inserted.add(result.inserted);
  count_retried(call, result.retried_statements);
  call.wrote(result.op_time);
  call.pending = result.pending;
  reply.append("n", static_cast<std::int32_t>(result.inserted));
  append_write_errors(result.errors, reply);
  append_retried_statements(result.retried_statements, reply);
  return {};
}

}  // namespace

extern const Row row_insert = {.name = "insert",
                               .help = "Inserts documents.",
                               .in_transactions = true,
                               .target = Target::kCollection,
                               .access = Access::kWrite,
                               .in_api_v1 = true,
                               .retryable = true,
                               .counted_apart = true,
                               .fields = kFields,
                               .run = run};

}  // namespace cairn::mongodb
