// What a command is: a row of the table, and the call of one.
//
// A command's file defines `extern const Row row_<entry>`; `run` reads its arguments from the Call
// and appends its reply's fields. It appends no `ok`: dispatch does, with operationTime and the
// rest, or throws away what was appended and writes the error.
// Thread-safety: rows are constants; a Call belongs to one thread.
#pragma once

#include "compat/mongodb/arguments/field.h"
#include "compat/mongodb/arguments/generic.h"
#include "compat/mongodb/arguments/namespaces.h"
#include "compat/mongodb/dialect.h"
#include "wire/mongodb/message.h"

#include <cairn/collection.h>
#include <cairn/operation.h>
#include <cairn/transaction.h>

#include <array>
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::mongodb {

struct DialectState;
struct ConnectionState;
struct Call;

enum class Access : std::uint8_t {
  kNone,   // touches no data
  kRead,   // takes any readConcern
  kWrite,  // takes writeConcern; the reply waits for the disk as it asks
};

// What the command's first field must be.
enum class Target : std::uint8_t {
  kAnything,
  kCollection,  // the name of a collection of `$db`
};

struct Row {
  std::string_view name;
  std::array<std::string_view, 2> aliases = {};
  std::string_view help;
  bool in_transactions = false;  // may be part of one
  bool reads_snapshots = false;  // takes {readConcern: {level: "snapshot"}} outside them too
  Target target = Target::kAnything;
  Access access = Access::kNone;
  Cost cost = Cost::kShort;
  bool admin_only = false;
  bool in_api_v1 = false;
  bool retryable = false;       // takes txnNumber
  bool while_stopping = false;  // answers during shutdown
  bool over_op_query = false;   // answers OP_QUERY
  bool unknown_fields = false;  // accepts them
  bool test_only = false;       // exists with DialectOptions::test_commands only
  bool counted_apart = false;   // has a row of its own in `opcounters`
  std::span<const Field> fields = {};
  // nullptr: a command that MongoDB has and Cairn does not support yet.
  Status (*run)(Call& call, DocumentBuilder& reply) = nullptr;
  // What `explain` tells of the command; nullptr: it cannot be explained.
  Result<Document> (*explain)(Call& call, Verbosity verbosity) = nullptr;
  // A closer look than `cost`; nullptr: none.
  Cost (*weigh)(const wire::mongodb::Request& request) = nullptr;
  // Whether a command that reads writes as well, this time; nullptr: never.
  bool (*writes)(const Call& call) = nullptr;
};

struct Call {
  DialectState& dialect;
  ConnectionState& connection;
  const wire::mongodb::Request& request;
  const Row& row;
  GenericArguments generic;
  Arguments arguments;
  std::string_view collection;  // with Target::kCollection
  Interrupt* interrupt = nullptr;
  // In which it runs; the dispatch's own, null: none. Outside transactions one that reads a
  // snapshot.
  const Transaction* transaction = nullptr;
  std::optional<OpTime> at_cluster_time;  // of a snapshot outside transactions
  CommitObserver* observer = nullptr;     // of writes that may be left pending; null: none may
  // Wakes this request if it gives its thread back to wait (`again_at`); null: it may not.
  const Waker* waker = nullptr;

  // What the reply waits for: the latest write of this command, if any.
  std::optional<OpTime> written;
  bool pending = false;      // the reply waits for the observer first
  bool close_after = false;  // the connection ends with this reply
  // The request is run again once its reply is sent, without another message.
  bool more_to_come = false;
  // Set: nothing is replied; the request is run again when it is woken, and at this time.
  std::optional<std::chrono::steady_clock::time_point> again_at;
  // Until when it may go on like that; none: until `again_at`.
  std::optional<std::chrono::steady_clock::time_point> waits_until;

  // What fail points ask for.
  OpTime newest_before;            // of the database, before the command
  bool drop_connection = false;    // the connection ends without a reply
  std::optional<Document> forced;  // {writeConcernError, errorLabels} to report

  std::string_view database() const { return generic.database; }
  // The value of the command's first field.
  ValueView target() const { return (*request.body.begin()).value; }
  // "database.collection"
  std::string namespace_name() const { return full_name(database(), collection); }
  Collection handle() const;
  Database& engine() const;
  OperationOptions operation() const {
    return {.interrupt = interrupt, .transaction = transaction};
  }
  // Of a session's transaction. REQUIRES: the client gave both.
  TransactionName transaction_name() const { return {*generic.session, *generic.txn_number}; }
  // With the retryable write's name where the client sent one.
  WriteOptions write_options() const;
  void wrote(OpTime op_time);
};

inline bool ends_transaction(const Row& row) {
  return row.name == "commitTransaction" || row.name == "abortTransaction";
}

// Whether this call waits for the disk as its writeConcern asks.
inline bool takes_write_concern(const Call& call) {
  return call.row.access == Access::kWrite || (call.row.writes != nullptr && call.row.writes(call));
}

// The documents of an array argument, whichever way they came: as a section of the message (nothing
// is copied) or inside the body (then listed in `scratch`). Error: TypeMismatch.
Result<std::span<const DocumentView>> documents_argument(const Call& call, std::size_t field,
                                                         std::vector<DocumentView>& scratch);

// The row of that name or alias, or nullptr.
const Row* find_row(std::string_view name);
// Every row, in the table's order.
std::span<const Row* const> all_rows();

}  // namespace cairn::mongodb
