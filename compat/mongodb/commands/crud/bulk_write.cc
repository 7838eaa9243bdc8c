// bulkWrite: inserts, updates and deletes of several collections in one command (MongoDB 8.0).
// Neighbouring inserts into one collection go to the engine together.
#include "compat/mongodb/command/batch.h"
#include "compat/mongodb/command/reply.h"
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/crud/arguments.h"
#include "compat/mongodb/commands/crud/bulk_operations.h"
#include "compat/mongodb/commands/crud/statements.h"

namespace cairn::mongodb {
namespace {

enum BulkWriteField {
  kOps,
  kNsInfo,
  kOrdered,
  kErrorsOnly,
  kBypass,
  kLet,
  kStatementId,
  kStatementIds,
  kCursor,
};
constexpr Field kFields[] = {
    {.name = "ops", .types = kArray, .required = true},
    {.name = "nsInfo", .types = kArray, .required = true},
    {.name = "ordered", .types = kBool},
    {.name = "errorsOnly", .types = kBool},
    {.name = "bypassDocumentValidation", .types = kBoolOrNumber},
    {.name = "let", .types = kObject},
    {.name = "stmtId", .types = kNumber},
    {.name = "stmtIds", .types = kArray},
    {.name = "cursor", .types = kObject},
    {.name = "bypassEmptyTsReplacement", .types = kBool},
};

// Ends the command rather than one operation of it.
bool ends_command(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInterrupted:
    case ErrorCode::kInterruptedAtShutdown:
    case ErrorCode::kMaxTimeMSExpired:
    case ErrorCode::kShutdownInProgress:
    case ErrorCode::kTransactionTooOld:
    case ErrorCode::kOutOfDiskSpace:
      return true;
    default:
      return false;
  }
}

class BulkWrite {
 public:
  BulkWrite(Call& call, WriteOptions options, std::span<const std::string_view> namespaces)
      : call_(call), options_(std::move(options)) {
    for (std::string_view name : namespaces) {
      const Namespace parts = split_namespace(name);
      collections_.push_back(call.engine().collection(parts.database, parts.collection));
    }
  }

  Status run(std::span<const BulkOperation> operations);
  Status append(std::int64_t batch_size, DocumentBuilder& reply);

 private:
  Result<std::size_t> run_inserts(std::span<const BulkOperation> operations, std::size_t first);
  Status run_update(const BulkOperation& operation, std::size_t index);
  Status run_delete(const BulkOperation& operation, std::size_t index);
  // The options for one operation, or for those from `index` on.
  WriteOptions options_from(std::size_t index, std::size_t count) const;

  // An operation that failed: its line of the results. Error: what ends the command.
  Status fail(const Status& status, std::size_t index, bool is_update);
  void succeed(std::size_t index, std::int64_t n, const UpdateOutcome* update);
  void note(bool retried, std::size_t index);

  Call& call_;
  const WriteOptions options_;
  std::vector<Collection> collections_;

 public:
  bool errors_only = false;
  std::vector<Document> results;
  std::vector<std::int32_t> retried;
  std::int64_t errors = 0;
  std::int64_t inserted = 0;
  std::int64_t matched = 0;
  std::int64_t modified = 0;
  std::int64_t upserted = 0;
  std::int64_t deleted = 0;
};

WriteOptions BulkWrite::options_from(std::size_t index, std::size_t count) const {
  WriteOptions options = options_;
  if (!options.retry) return options;
  options.retry->statement_ids.clear();
  for (std::size_t i = 0; i < count; ++i) {
    options.retry->statement_ids.push_back(options_.retry->statement(index + i));
  }
  return options;
}

Status BulkWrite::fail(const Status& status, std::size_t index, bool is_update) {
  if (ends_command(status.code())) return status;
  if (call_.generic.in_transaction() && is_transient(status.code())) return status;
  ++errors;
  DocumentBuilder line;
  line.append("ok", 0.0).append("idx", static_cast<std::int32_t>(index));
  append_write_error(status, line);
  line.append("n", std::int32_t{0});
  if (is_update) line.append("nModified", std::int32_t{0});
  results.push_back(line.take());
  return {};
}

void BulkWrite::succeed(std::size_t index, std::int64_t n, const UpdateOutcome* update) {
  if (errors_only) return;
  DocumentBuilder line;
  line.append("ok", 1.0)
      .append("idx", static_cast<std::int32_t>(index))
      .append("n", static_cast<std::int32_t>(n));
  if (update != nullptr) {
    line.append("nModified", static_cast<std::int32_t>(update->modified));
    if (!update->upserted_id.missing()) {
      line.begin_document("upserted").append("_id", update->upserted_id).end();
    }
  }
  results.push_back(line.take());
}

void BulkWrite::note(bool was_retried, std::size_t index) {
  if (was_retried && options_.retry) retried.push_back(options_.retry->statement(index));
}

Result<std::size_t> BulkWrite::run_inserts(std::span<const BulkOperation> operations,
                                           std::size_t first) {
  std::vector<DocumentView> documents;
  const std::size_t target = operations[first].collection;
  for (std::size_t i = first; i < operations.size(); ++i) {
    if (operations[i].insert() == nullptr || operations[i].collection != target) break;
    documents.push_back(*operations[i].insert());
  }
  call_.dialect.metrics.inserts.add(static_cast<std::int64_t>(documents.size()));
  const Result<InsertResult> result =
      collections_[target].insert(documents, options_from(first, documents.size()));
  if (!result.ok()) {
    for (std::size_t i = 0; i < documents.size(); ++i) {
      CAIRN_RETURN_IF_ERROR(fail(result.status(), first + i, false));
      if (options_.ordered) break;
    }
    return documents.size();
  }
  call_.wrote(result->op_time);
  inserted += result->inserted;
  for (std::int32_t statement : result->retried_statements) retried.push_back(statement);
  auto error = result->errors.begin();
  for (std::size_t i = 0; i < documents.size(); ++i) {
    if (error == result->errors.end() || error->index != i) {
      succeed(first + i, 1, nullptr);
      continue;
    }
    CAIRN_RETURN_IF_ERROR(fail(error->status, first + i, false));
    ++error;
    if (options_.ordered) break;
  }
  return documents.size();
}

Status BulkWrite::run_update(const BulkOperation& operation, std::size_t index) {
  call_.dialect.metrics.updates.add();
  const UpdateStatement& statement = *operation.update();
  if (options_.retry && statement.multi) {
    return fail(refuse_retryable_multi("multi=true"), index, true);
  }
  const Result<UpdateResult> result =
      collections_[operation.collection].update(statement, options_from(index, 1));
  if (!result.ok()) return fail(result.status(), index, true);
  call_.wrote(result->op_time);
  if (!result->errors.empty()) return fail(result->errors.front().status, index, true);
  const UpdateOutcome& outcome = result->outcomes.front();
  const bool was_upsert = !outcome.upserted_id.missing();
  matched += outcome.matched;
  modified += outcome.modified;
  upserted += was_upsert ? 1 : 0;
  note(outcome.retried, index);
  succeed(index, outcome.matched + (was_upsert ? 1 : 0), &outcome);
  return {};
}

Status BulkWrite::run_delete(const BulkOperation& operation, std::size_t index) {
  call_.dialect.metrics.deletes.add();
  const DeleteStatement& statement = *operation.remove();
  if (options_.retry && statement.multi) {
    return fail(refuse_retryable_multi("multi=true"), index, false);
  }
  const Result<DeleteResult> result =
      collections_[operation.collection].remove(statement, options_from(index, 1));
  if (!result.ok()) return fail(result.status(), index, false);
  call_.wrote(result->op_time);
  if (!result->errors.empty()) return fail(result->errors.front().status, index, false);
  deleted += result->outcomes.front().deleted;
  note(result->outcomes.front().retried, index);
  succeed(index, result->outcomes.front().deleted, nullptr);
  return {};
}

Status BulkWrite::run(std::span<const BulkOperation> operations) {
  std::size_t at = 0;
  while (at < operations.size()) {
    const BulkOperation& operation = operations[at];
    if (operation.insert() != nullptr) {
      CAIRN_ASSIGN_OR_RETURN(const std::size_t tried, run_inserts(operations, at));
      at += tried;
    } else if (operation.update() != nullptr) {
      CAIRN_RETURN_IF_ERROR(run_update(operation, at++));
    } else {
      CAIRN_RETURN_IF_ERROR(run_delete(operation, at++));
    }
    if (options_.ordered && errors > 0) break;
  }
  Metrics& metrics = call_.dialect.metrics;
  metrics.documents_inserted.add(inserted);
  metrics.documents_updated.add(modified);
  metrics.documents_deleted.add(deleted);
  metrics.retried_statements.add(static_cast<std::int64_t>(retried.size()));
  metrics.retried_commands.add(retried.empty() ? 0 : 1);
  return {};
}

Status BulkWrite::append(std::int64_t batch_size, DocumentBuilder& reply) {
  const auto lines = static_cast<std::int64_t>(results.size());
  CAIRN_RETURN_IF_ERROR(append_first_batch(
      call_, cursor_over(std::move(results)),
      {.namespace_name = "admin.$cmd.bulkWrite", .documents = batch_size, .limit = lines}, reply));
  reply.append("nErrors", static_cast<std::int32_t>(errors))
      .append("nInserted", static_cast<std::int32_t>(inserted))
      .append("nMatched", static_cast<std::int32_t>(matched))
      .append("nModified", static_cast<std::int32_t>(modified))
      .append("nUpserted", static_cast<std::int32_t>(upserted))
      .append("nDeleted", static_cast<std::int32_t>(deleted));
  append_retried_statements(retried, reply);
  return {};
}

Status run(Call& call, DocumentBuilder& reply) {
  CAIRN_ASSIGN_OR_RETURN(const std::span<const DocumentView> ops,
                         documents_argument(call, kOps, call.connection.scratch));
  CAIRN_ASSIGN_OR_RETURN(const std::span<const DocumentView> ns_info,
                         documents_argument(call, kNsInfo, call.connection.more_scratch));
  CAIRN_RETURN_IF_ERROR(check_batch_size(ops.size()));
  CAIRN_ASSIGN_OR_RETURN(const std::vector<std::string_view> namespaces,
                         read_bulk_namespaces(ns_info));
  for (const std::string_view name : namespaces) {
    if (!call.generic.in_transaction()) break;
    CAIRN_RETURN_IF_ERROR(check_transaction_database(split_namespace(name).database));
  }
  CAIRN_ASSIGN_OR_RETURN(const std::vector<BulkOperation> operations,
                         read_bulk_operations(ops, namespaces.size()));
  WriteOptions options = call.write_options();
  // A transaction does not outlive an error.
  options.ordered = call.generic.in_transaction() || call.arguments.boolean(kOrdered, true);
  options.bypass_document_validation = call.arguments.boolean(kBypass);
  options.operation.let = call.arguments.document(kLet);
  CAIRN_RETURN_IF_ERROR(read_statement_ids(call.arguments[kStatementId],
                                           call.arguments[kStatementIds], ops.size(), options));
  // All results in one batch unless the client asks otherwise or 16 MiB are full.
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t batch_size,
                         batch_size_argument(call.arguments.document(kCursor), kMaxWriteBatchSize));
  BulkWrite bulk(call, std::move(options), namespaces);
  bulk.errors_only = call.arguments.boolean(kErrorsOnly);
  CAIRN_RETURN_IF_ERROR(bulk.run(operations));
  return bulk.append(batch_size, reply);
}

}  // namespace

extern const Row row_bulk_write = {.name = "bulkWrite",
                                   .help = "Writes to several collections in one command.",
                                   .in_transactions = true,
                                   .access = Access::kWrite,
                                   .cost = Cost::kLong,
                                   .admin_only = true,
                                   .in_api_v1 = true,
                                   .retryable = true,
                                   .counted_apart = true,
                                   .fields = kFields,
                                   .run = run};

}  // namespace cairn::mongodb
