// getMore: the next batch of an open cursor.
#include "compat/mongodb/command/batch.h"
#include "compat/mongodb/command/fail_command.h"
#include "compat/mongodb/command/resume_label.h"
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

// What MongoDB waits where nobody says how long.
constexpr std::chrono::milliseconds kAwaitData(1000);

enum GetMoreField { kCollection, kBatchSize, kMaxTime };
constexpr Field kFields[] = {
    {.name = "collection", .types = kString, .required = true},
    {.name = "batchSize", .types = kNumber, .at_least = 0},
    {.name = "maxTimeMS", .types = kNumber, .at_least = 0},
    {.name = "term", .types = kInt64Only},
    {.name = "lastKnownCommittedOpTime", .types = kObject},
    {.name = "includeQueryStatsMetrics", .types = kBool},
};

Status check_namespace(const Call& call, const OpenCursor& cursor) {
  const std::string wanted = full_name(call.database(), call.arguments.string(kCollection));
  if (wanted == cursor.namespace_name) return {};
  return {ErrorCode::kUnauthorized, "Requested getMore on namespace '" + wanted +
                                        "', but cursor belongs to a different namespace " +
                                        cursor.namespace_name};
}

Status check_session(const Call& call, const OpenCursor& cursor) {
  if (call.generic.session == cursor.session) return {};
  const std::string which = "Cannot run getMore on cursor " + std::to_string(cursor.id);
  if (!cursor.session) {
    return {location(50736), which + ", which was not created in a session, in a session"};
  }
  if (!call.generic.session) {
    return {location(50737), which + ", which was created in a session, without an lsid"};
  }
  return {location(50738), which + ", which was created in another session"};
}

Status check_transaction(const Call& call, const OpenCursor& cursor) {
  const std::optional<std::int64_t> within =
      call.generic.in_transaction() ? call.generic.txn_number : std::nullopt;
  if (within == cursor.txn_number) return {};
  const std::string which = "Cannot run getMore on cursor " + std::to_string(cursor.id);
  if (!cursor.txn_number) {
    return {location(50739), which + ", which was not created in a transaction, in a transaction"};
  }
  if (!within) {
    return {location(50740), which + ", which was created in a transaction, without a txnNumber"};
  }
  return {location(50741), which + ", which was created in another transaction"};
}

Status check_max_time(const Call& call, const OpenCursor& cursor) {
  if (cursor.await_data || call.arguments.integer(kMaxTime) == 0) return {};
  return {ErrorCode::kBadValue,
          "cannot set maxTimeMS on getMore command for a non-awaitData cursor"};
}

// How long a tailable cursor without documents waits for some.
std::chrono::milliseconds patience(const Call& call, const OpenCursor& cursor) {
  if (!cursor.await_data) return std::chrono::milliseconds(0);
  const std::int64_t asked = call.arguments.integer(kMaxTime);  // checked by `run`
  return asked > 0 ? std::chrono::milliseconds(asked) : kAwaitData;
}

// What is done with a cursor that is checked out.
Status read_on(Call& call, CursorLease& lease, DocumentBuilder& reply) {
  if (lease->waiting != nullptr) lease->waiting->wake = nullptr;  // here it is
  lease->waiting.reset();
  // The query's own maxTimeMS goes on counting.
  if (lease->time_left) {
    call.interrupt->set_deadline(DialectState::Clock::now() + *lease->time_left);
  }
  const std::int64_t batch_size = call.arguments.integer(kBatchSize);
  return append_next_batch(call, lease, batch_size == 0 ? -1 : batch_size, patience(call, *lease),
                           reply);
}

// It was killed while this request waited for more of it.
Status missing(const Call& call, Status why) {
  if (!call.connection.waits_until || why.code() != ErrorCode::kCursorNotFound) return why;
  return {ErrorCode::kCursorKilled,
          "cursor id " + std::to_string(call.target().as_int64()) + " was killed"};
}

Status run(Call& call, DocumentBuilder& reply) {
  if (!call.connection.waits_until) call.dialect.metrics.get_mores.add();
  if (call.target().type() != BsonType::kInt64) {
    return wrong_type("getMore", "getMore", call.target().type(), kInt64Only);
  }
  CAIRN_RETURN_IF_ERROR(read_max_time(call.arguments[kMaxTime]).status());
  auto found =
      call.dialect.cursors.check_out(call.target().as_int64(), call.interrupt, &call.connection);
  if (!found.ok()) return missing(call, found.take_status());
  CursorLease lease = std::move(*found);
  call.connection.reads_changes = lease->feed != nullptr;
  for (const Status& status : {check_namespace(call, *lease), check_session(call, *lease),
                               check_transaction(call, *lease), check_max_time(call, *lease)}) {
    if (status.ok()) continue;
    lease.keep();  // the wrong caller must not be able to end it
    return status;
  }
  Status status = fail_get_more(call);
  if (status.ok()) status = read_on(call, lease, reply);
  return lease->feed != nullptr ? labelled_for_resume(std::move(status)) : status;
}

}  // namespace

extern const Row row_get_more = {
    .name = "getMore",
    .help = "Gives the next batch of a cursor.",
    .in_transactions = true,
    .reads_snapshots = true,  // some drivers repeat it; the cursor has its own
    .access = Access::kRead,
    .cost = Cost::kLong,
    .in_api_v1 = true,
    .counted_apart = true,
    .fields = kFields,
    .run = run};

}  // namespace cairn::mongodb
