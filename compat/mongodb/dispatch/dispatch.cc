// A request's way: its row, its arguments (one pass over the body), what holds for every command
// (database, API version, session, transaction, concerns), the command itself, the end of the
// reply.
#include "compat/mongodb/dispatch/dispatch.h"

#include "compat/mongodb/command/fail_command.h"
#include "compat/mongodb/command/read_arguments.h"
#include "compat/mongodb/command/reply.h"
#include "compat/mongodb/command/resume_label.h"
#include "compat/mongodb/dispatch/operation_scope.h"
#include "compat/mongodb/dispatch/transaction_scope.h"

#include <cairn/interrupt_scope.h>
#include <cairn/limits.h>

#include <new>
#include <stdexcept>
#include <string>

namespace cairn::mongodb {
namespace {

using wire::mongodb::Request;
using wire::mongodb::RequestKind;

constexpr std::string_view kNoTransactions =
    "Transaction numbers are only allowed on a replica set member or mongos";

std::string_view command_name(const Request& request) {
  const auto first = request.body.begin();
  return first.at_end() ? std::string_view() : first->name;
}

std::string shown(Timestamp time) {
  return "{ ts: Timestamp(" + std::to_string(time.seconds) + ", " + std::to_string(time.increment) +
         ") }";
}

Result<const Row*> choose_row(const Request& request, const DialectOptions& options) {
  const std::string_view name = command_name(request);
  const Row* row = find_row(name);
  if (request.kind == RequestKind::kQuery && (row == nullptr || !row->over_op_query)) {
    return {ErrorCode::kUnsupportedOpQueryCommand,
            "Unsupported OP_QUERY command: " + std::string(name) +
                ". The client driver may require an upgrade"};
  }
  if (row == nullptr || (row->test_only && !options.test_commands)) {
    return {ErrorCode::kCommandNotFound, "no such command: '" + std::string(name) + "'"};
  }
  if (row->run == nullptr) {
    return {ErrorCode::kCommandNotSupported,
            "The command '" + std::string(row->name) + "' is not supported by Cairn yet"};
  }
  return row;
}

Status check_database(Call& call) {
  if (call.request.kind == RequestKind::kQuery) {
    call.generic.database = split_namespace(call.request.full_collection_name).database;
  } else if (call.generic.database.empty()) {
    return {location(40571), "OP_MSG requests require a $db argument"};
  }
  CAIRN_RETURN_IF_ERROR(check_database_name(call.database()));
  if (call.row.admin_only && call.database() != "admin") {
    return {ErrorCode::kUnauthorized,
            std::string(call.row.name) + " may only be run against the admin database."};
  }
  return {};
}

Status check_api_strict(const Call& call) {
  if (!call.generic.api_strict) return {};
  if (!call.row.in_api_v1) {
    return {ErrorCode::kAPIStrictError, "Provided apiStrict:true, but the command " +
                                            std::string(call.row.name) +
                                            " is not in API Version 1"};
  }
  for (std::size_t i = 0; i < call.row.fields.size(); ++i) {
    if (!call.row.fields[i].unstable || !call.arguments.has(i)) continue;
    return {ErrorCode::kAPIStrictError, "BSON field '" + std::string(call.row.name) + "." +
                                            std::string(call.row.fields[i].name) +
                                            "' is not allowed with apiStrict:true."};
  }
  return {};
}

Status invalid_options(std::string message) {
  return {ErrorCode::kInvalidOptions, std::move(message)};
}

// What `txnNumber`, `autocommit` and `startTransaction` must look like before they mean anything.
Status check_transaction_shape(const GenericArguments& generic) {
  if (!generic.txn_number) {
    if (generic.autocommit) {
      return invalid_options(
          "'autocommit' field requires a transaction number to also be specified");
    }
    if (generic.start_transaction) {
      return invalid_options(
          "'startTransaction' field requires a transaction number to also be specified");
    }
    return {};
  }
  if (!generic.session) {
    return invalid_options("Transaction number requires a session ID to also be specified");
  }
  if (*generic.txn_number < 0) return invalid_options("Transaction number cannot be negative");
  if (generic.autocommit && *generic.autocommit) {
    return invalid_options("Specifying autocommit=true is not allowed.");
  }
  if (generic.start_transaction && !generic.autocommit) {
    return invalid_options(
        "'startTransaction' field requires 'autocommit' field to also be specified");
  }
  return {};
}

Status not_in_transactions(std::string message) {
  return {ErrorCode::kOperationNotSupportedInTransaction, std::move(message)};
}

// Whether the command may be part of a transaction.
Status check_part_of_transaction(const Call& call) {
  if (call.row.name == "count") {
    return not_in_transactions(
        "Cannot run 'count' in a multi-document transaction. Please see "
        "http://dochub.mongodb.org/core/transaction-count for a recommended alternative.");
  }
  if (!call.row.in_transactions) {
    return not_in_transactions("Cannot run '" + std::string(call.row.name) +
                               "' in a multi-document transaction.");
  }
  if (ends_transaction(call.row)) {
    if (!call.generic.start_transaction) return {};
    return not_in_transactions("Cannot run '" + std::string(call.row.name) +
                               "' as the first command of a transaction.");
  }
  // bulkWrite itself looks at the namespaces that it names.
  return call.row.name == "bulkWrite" ? Status() : check_transaction_database(call.database());
}

// A standalone server refuses transactions with an answer that drivers and applications know.
Status check_transaction(const Call& call) {
  CAIRN_RETURN_IF_ERROR(check_transaction_shape(call.generic));
  if (!call.generic.txn_number) return {};
  if (!call.dialect.replica_set()) {
    return {ErrorCode::kIllegalOperation, std::string(kNoTransactions)};
  }
  if (call.generic.in_transaction()) return check_part_of_transaction(call);
  if (call.row.retryable) return {};
  return {location(50768),
          "txnNumber may only be provided for multi-document transactions and retryable write "
          "commands. autocommit:false was not provided, and " +
              std::string(call.row.name) + " is not a retryable write command."};
}

// Only the first command of a transaction reads as it says, only the last one writes so.
Status check_concerns_in_transaction(const Call& call) {
  const GenericArguments& generic = call.generic;
  if (generic.write_concern && !ends_transaction(call.row)) {
    return invalid_options("writeConcern is not allowed within a multi-statement transaction");
  }
  if (!generic.read_concern) return {};
  if (!generic.start_transaction) {
    return invalid_options("Only the first command in a transaction may specify a readConcern");
  }
  const ReadLevel level = generic.read_concern->level;
  if (level != ReadLevel::kAvailable && level != ReadLevel::kLinearizable) return {};
  return invalid_options(
      "The readConcern level must be either 'local' (default), 'majority' or 'snapshot' in order "
      "to run in a transaction, not '" +
      std::string(level_name(level)) + "'");
}

// One node has whatever it has given a time to; of later times it knows by the client alone, and
// then a read takes it there (Database::read_snapshot).
Status check_cluster_time(const Call& call, std::string_view field,
                          const std::optional<Timestamp>& given) {
  if (!given) return {};
  if (!call.dialect.replica_set()) {
    return {ErrorCode::kIllegalOperation,
            "Cannot specify " + std::string(field) + " readConcern without replication enabled"};
  }
  Timestamp now = call.dialect.operation_time().timestamp();
  if (const auto heard = call.generic.cluster_time; heard && heard->value() > now.value()) {
    const std::int64_t clock = Date::now().milliseconds / 1000;
    if (heard->seconds <= clock + kMaxClockAheadSeconds) now = *heard;
  }
  if (given->value() <= now.value()) return {};
  return invalid_options(
      "readConcern " + std::string(field) +
      " value must not be greater than the current clusterTime. Requested clusterTime: " +
      shown(*given) + "; current clusterTime: " + shown(now));
}

Status check_concerns(const Call& call) {
  if (const auto& concern = call.generic.read_concern) {
    CAIRN_RETURN_IF_ERROR(
        check_cluster_time(call, "afterClusterTime", concern->after_cluster_time));
    CAIRN_RETURN_IF_ERROR(check_cluster_time(call, "atClusterTime", concern->at_cluster_time));
  }
  if (call.generic.in_transaction()) return check_concerns_in_transaction(call);
  if (call.generic.write_concern) {
    if (!takes_write_concern(call)) {
      return invalid_options("Command does not support writeConcern");
    }
    if (!call.dialect.replica_set()) {
      CAIRN_RETURN_IF_ERROR(check_standalone(*call.generic.write_concern));
    }
  }
  if (!call.generic.read_concern) return {};
  const ReadLevel level = call.generic.read_concern->level;
  if (level == ReadLevel::kLocal) return {};
  if (level == ReadLevel::kLinearizable && call.row.writes != nullptr && call.row.writes(call)) {
    return invalid_options(
        "$out and $merge cannot be used with a 'linearizable' read concern level");
  }
  const bool snapshot = level == ReadLevel::kSnapshot;
  if (snapshot && call.row.reads_snapshots && !takes_write_concern(call)) return {};
  if (call.row.access == Access::kRead && !snapshot) return {};
  return invalid_options("Command " + std::string(call.row.name) +
                         " does not support this readConcern level");
}

Status touch_session(Call& call, DialectState::Clock::time_point now) {
  if (!call.generic.session) return {};
  Sessions::SessionPtr& last = call.connection.last_session;
  if (last != nullptr && last->id == *call.generic.session &&
      !last->ended.load(std::memory_order_relaxed)) {
    last->last_use.store(now.time_since_epoch().count(), std::memory_order_relaxed);
    return {};
  }
  CAIRN_ASSIGN_OR_RETURN(last, call.dialect.sessions.touch(*call.generic.session, now));
  return {};
}

Status prepare(Call& call, DialectState::Clock::time_point now) {
  CAIRN_RETURN_IF_ERROR(read_arguments(call));
  CAIRN_RETURN_IF_ERROR(check_database(call));
  CAIRN_RETURN_IF_ERROR(check_api_strict(call));
  CAIRN_RETURN_IF_ERROR(check_transaction(call));
  CAIRN_RETURN_IF_ERROR(check_concerns(call));
  if (call.row.target == Target::kCollection) {
    CAIRN_ASSIGN_OR_RETURN(call.collection, collection_argument(call.database(), call.target()));
  }
  return touch_session(call, now);
}

void count(const Row& row, Metrics& metrics, DialectState::Clock::duration duration) {
  if (!row.counted_apart) metrics.commands.add();
  switch (row.access) {
    case Access::kRead:
      metrics.reads.add(duration);
      break;
    case Access::kWrite:
      metrics.writes.add(duration);
      break;
    case Access::kNone:
      metrics.other.add(duration);
      break;
  }
}

// What `$collStats` counts an operation as.
OperationKind kind_of(const Row& row) {
  if (row.retryable && row.access == Access::kWrite) return OperationKind::kWrite;
  return row.access == Access::kRead ? OperationKind::kRead : OperationKind::kCommand;
}

void note_latency(const Call& call, DialectState::Clock::duration duration) {
  if (call.collection.empty()) return;
  call.handle().note_latency(kind_of(call.row),
                             std::chrono::duration_cast<std::chrono::microseconds>(duration));
}

// What the standard library throws where memory ends, or where a value outgrows what one may be,
// ends the command alone.
Status run_within_memory(Call& call, DocumentBuilder& builder) {
  try {
    return call.row.run(call, builder);
  } catch (const std::length_error& error) {
    return {ErrorCode::kExceededMemoryLimit, error.what()};
  } catch (const std::bad_alloc&) {
    return {ErrorCode::kExceededMemoryLimit, "the server has not enough memory for this"};
  }
}

Status run_row(Call& call, std::string& body, Reply& reply,
               DialectState::Clock::time_point started) {
  Interrupt interrupt;
  if (call.generic.max_time_ms > 0) {
    interrupt.set_deadline(started + std::chrono::milliseconds(call.generic.max_time_ms));
  }
  OperationScope scope(call, interrupt, started);
  const InterruptScope interruptible(call.interrupt);
  // After the operation can be seen: whoever stops the server either finds it or is seen here.
  if (call.dialect.stopping.load() && !call.row.while_stopping) {
    return server_stops();
  }
  // What goes on waiting has met them when it began.
  const bool failing = call.dialect.fail_points.any() && !call.connection.waits_until;
  if (failing) CAIRN_RETURN_IF_ERROR(fail_before_command(call));
  DocumentBuilder builder(body);
  TransactionScope transaction(call, started);
  CAIRN_RETURN_IF_ERROR(transaction.enter());
  Status ran = run_within_memory(call, builder);
  if (!ran.ok()) {
    transaction.failed();
    return ran;
  }
  if (failing) fail_after_command(call);
  if (call.again_at) {
    scope.wait(call.waker);
    return {};
  }
  append_success(call, builder);
  builder.finish();
  reply.close_after = call.close_after;
  reply.more_to_come = call.more_to_come;
  if (call.generic.write_concern && call.generic.write_concern->durable() &&
      takes_write_concern(call)) {
    reply.durable_after = call.written.value_or(call.dialect.database.last_op_time());
  }
  return {};
}

// Old clients wrap the command: {$query: {…}, $readPreference: …}.
DocumentView unwrap_query(DocumentView body) {
  const auto first = body.begin();
  if (first.at_end() || !first->value.is_document()) return body;
  if (first->name != "$query" && first->name != "query") return body;
  return first->value.as_document();
}

Status execute(ConnectionState& connection, const Request& request, const Callbacks& callbacks,
               std::string& body, Reply& reply, FailedCommand& command) {
  const auto started = DialectState::Clock::now();
  CAIRN_ASSIGN_OR_RETURN(const Row* row, choose_row(request, connection.dialect.options));
  Call call{.dialect = connection.dialect,
            .connection = connection,
            .request = request,
            .row = *row,
            // A reply that may be dropped is not parked first.
            .observer = connection.dialect.fail_points.any() ? nullptr : callbacks.observer,
            .waker = callbacks.waker};
  const bool waited = connection.waits_until.has_value();
  Status status = prepare(call, started);
  command = {.retryable_write = row->retryable && call.generic.txn_number.has_value(),
             .in_transaction = call.generic.in_transaction(),
             .ends_transaction = ends_transaction(*row)};
  if (status.ok()) status = run_row(call, body, reply, started);
  // The server stops: what waited for a change stream goes on after that.
  if (waited && row->name == "getMore" && connection.reads_changes)
    status = labelled_for_resume(std::move(status));
  reply.pending = call.pending;
  reply.drop = call.drop_connection;
  reply.again_at = status.ok() ? call.again_at : std::nullopt;
  connection.waits_until = reply.again_at && call.waits_until ? call.waits_until : reply.again_at;
  if (reply.again_at) return status;
  const auto took = DialectState::Clock::now() - started;
  count(*row, connection.dialect.metrics, took);
  note_latency(call, took);
  return status;
}

Reply answer(ConnectionState& connection, const Request& request, const Callbacks& callbacks,
             std::string& body) {
  const std::size_t start = body.size();
  Reply reply;
  FailedCommand command;
  const Status status = execute(connection, request, callbacks, body, reply, command);
  if (reply.again_at) body.resize(start);
  if (status.ok()) return reply;
  Metrics& metrics = connection.dialect.metrics;
  (status.code() == ErrorCode::kCommandNotFound ? metrics.unknown_commands : metrics.user_errors)
      .add();
  body.resize(start);
  DocumentBuilder error(body);
  append_error(status, command, error);
  append_state_change(connection.dialect, status.code(), error);
  append_times(connection.dialect, error);
  error.finish();
  return {.pending = reply.pending, .drop = reply.drop};
}

}  // namespace

Reply dispatch(ConnectionState& connection, const Request& request, const Callbacks& callbacks,
               std::string& body) {
  if (request.kind != RequestKind::kQuery) return answer(connection, request, callbacks, body);
  Request unwrapped = request;
  unwrapped.body = unwrap_query(request.body);
  return answer(connection, unwrapped, callbacks, body);
}

Cost weigh(const Request& request) {
  const Row* row = find_row(command_name(request));
  if (row == nullptr || row->run == nullptr) return Cost::kInstant;
  const Cost cost = row->weigh != nullptr ? row->weigh(request) : row->cost;
  // Writers that wait for a transaction must not keep it from going on: its short commands wait for
  // nobody, so they take no place that a waiting one may have.
  const bool short_part = cost == Cost::kShort && row->in_transactions;
  return short_part && !request.body["autocommit"].missing() ? Cost::kInstant : cost;
}

}  // namespace cairn::mongodb
