// Updates and deletes statement by statement: how statements are read, and the one case in which
// the engine must not get them all at once.
// Thread-safety: as the Call.
#pragma once

#include "compat/mongodb/command/command.h"
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/crud/arguments.h"

#include <cairn/collection.h>

#include <span>
#include <string_view>
#include <vector>

namespace cairn::mongodb {

// `owner` is named in errors ("update.updates").
Result<UpdateStatement> read_update_statement(std::string_view owner, DocumentView document);
Result<DeleteStatement> read_delete_statement(std::string_view owner, DocumentView document);

// The statements of a command, read one by one with `read` from the array argument `field`.
template <typename Statement>
Result<std::vector<Statement>> read_statements(Call& call, std::size_t field,
                                               std::string_view owner,
                                               Result<Statement> (*read)(std::string_view owner,
                                                                         DocumentView document)) {
  CAIRN_ASSIGN_OR_RETURN(const std::span<const DocumentView> documents,
                         documents_argument(call, field, call.connection.scratch));
  CAIRN_RETURN_IF_ERROR(check_batch_size(documents.size()));
  std::vector<Statement> statements;
  statements.reserve(documents.size());
  for (DocumentView document : documents) {
    CAIRN_ASSIGN_OR_RETURN(Statement statement, read(owner, document));
    statements.push_back(std::move(statement));
  }
  return statements;
}

// Where in a command's fields the options are that its statements share.
struct SharedFields {
  std::size_t ordered;
  std::size_t let;
  std::size_t statement_id;
  std::size_t statement_ids;
};
Result<WriteOptions> read_write_options(Call& call, const SharedFields& fields,
                                        std::size_t statements);

// Short where the first statement of the array `argument` finds its document by `_id`.
Cost weigh_statements(const wire::mongodb::Request& request, std::string_view argument);

// Counts what was found done already.
void count_retried(Call& call, std::span<const std::int32_t> statements);

// Error: InvalidLength unless there is one statement: only that can be explained.
Status check_explained_statements(std::size_t statements);

// A statement that touches many documents cannot be a retryable write; the others of its command
// can.
Status refuse_retryable_multi(std::string_view how);

template <typename Statement>
bool has_multi(std::span<const Statement> statements) {
  for (const Statement& statement : statements) {
    if (statement.multi) return true;
  }
  return false;
}

// Runs the statements in one call, or one by one where a retryable command has statements with
// `multi`, which then fail by themselves. `run` is called with a span of statements and options.
template <typename Outcome, typename Statement, typename Run>
Result<Outcome> run_statements(std::span<const Statement> statements, const WriteOptions& options,
                               std::string_view how_multi, Run run) {
  if (!options.retry || !has_multi(statements)) return run(statements, options);
  Outcome all;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    WriteOptions one = options;
    one.retry->first_statement = options.retry->statement(i);
    one.retry->statement_ids.clear();
    Result<Outcome> result =
        statements[i].multi ? Result<Outcome>(Outcome()) : run(statements.subspan(i, 1), one);
    if (!result.ok()) return result;
    if (statements[i].multi) {
      result->errors.push_back({.index = 0, .status = refuse_retryable_multi(how_multi)});
    }
    if (result->outcomes.empty()) result->outcomes.emplace_back();
    all.outcomes.push_back(std::move(result->outcomes.front()));
    if (all.op_time < result->op_time) all.op_time = result->op_time;
    if (result->errors.empty()) continue;
    all.errors.push_back({.index = i, .status = std::move(result->errors.front().status)});
    if (options.ordered) break;
  }
  return all;
}

// The numbers of the statements that were found done already.
template <typename Outcome>
std::vector<std::int32_t> retried_statements(std::span<const Outcome> outcomes,
                                             const WriteOptions& options) {
  std::vector<std::int32_t> retried;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].retried && options.retry) retried.push_back(options.retry->statement(i));
  }
  return retried;
}

}  // namespace cairn::mongodb
