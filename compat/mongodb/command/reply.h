// How replies end, and how errors look.
// Thread-safety: pure functions of their arguments.
#pragma once

#include "compat/mongodb/command/command.h"

#include <cairn/bson.h>
#include <cairn/collection.h>
#include <cairn/status.h>

#include <span>

namespace cairn::mongodb {

// Appends `$clusterTime` and `operationTime`, which is that of the latest write, at least `own`;
// nothing on a standalone server.
void append_times(const DialectState& dialect, DocumentBuilder& reply, OpTime own = {});

// What a failed command was, for the labels of its error.
struct FailedCommand {
  bool retryable_write = false;   // a driver may repeat it
  bool in_transaction = false;    // was part of a transaction
  bool ends_transaction = false;  // commits or aborts it
};

// Appends ok: 0.0, errmsg, code, codeName, the Status's own details and the labels that are due.
void append_error(const Status& status, const FailedCommand& command, DocumentBuilder& reply);

// Appends {processId, counter} as `topologyVersion`.
void append_topology_version(const DialectState& dialect, DocumentBuilder& reply);
// The same, if errors of that code tell that the server is another one now, or none: a driver that
// has seen this version knows better, and does not look again.
// Source: the specification "server-discovery-and-monitoring", "Network error and state change".
void append_state_change(const DialectState& dialect, ErrorCode code, DocumentBuilder& reply);
// What a client is told while the server ends.
Status server_stops();

// Appends `writeErrors`; nothing where there are none.
void append_write_errors(std::span<const WriteError> errors, DocumentBuilder& reply);
// Appends code, errmsg and the details of one of them to an open document.
void append_write_error(const Status& status, DocumentBuilder& out);

// Appends `retriedStmtIds`; nothing where there are none.
void append_retried_statements(std::span<const std::int32_t> statements, DocumentBuilder& reply);

// Appends what ends a reply that went well: `writeConcernError` where due, ok, times.
void append_success(const Call& call, DocumentBuilder& reply);

}  // namespace cairn::mongodb
