#include "compat/mongodb/command/reply.h"

#include "compat/mongodb/arguments/concern.h"
#include "compat/mongodb/command/state.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <string_view>

namespace cairn::mongodb {
namespace {

// What a driver may repeat a retryable write after. Source: specification "retryable-writes".
// The last five are for fail points: one node alone never says them.
constexpr std::array kRetryableCodes = {
    ErrorCode::kInterruptedAtShutdown,   ErrorCode::kShutdownInProgress,
    ErrorCode::kNotWritablePrimary,      ErrorCode::kPrimarySteppedDown,
    ErrorCode::kHostUnreachable,         ErrorCode::kNetworkTimeout,
    ErrorCode::kExceededTimeLimit,       ErrorCode::kHostNotFound,
    ErrorCode::kSocketException,         ErrorCode::kInterruptedDueToReplStateChange,
    ErrorCode::kNotPrimaryNoSecondaryOk, ErrorCode::kNotPrimaryOrSecondary,
};

constexpr std::array kStateChanges = {
    ErrorCode::kInterruptedAtShutdown,
    ErrorCode::kShutdownInProgress,
    ErrorCode::kNotWritablePrimary,
    ErrorCode::kPrimarySteppedDown,
    ErrorCode::kNotPrimaryNoSecondaryOk,
    ErrorCode::kNotPrimaryOrSecondary,
    ErrorCode::kInterruptedDueToReplStateChange,
};

bool is_retryable(ErrorCode code) {
  return std::find(kRetryableCodes.begin(), kRetryableCodes.end(), code) != kRetryableCodes.end();
}

void append_retryable_label(DocumentBuilder& reply) {
  reply.begin_array("errorLabels").push("RetryableWriteError").end();
}

bool has_labels(const Status& status) {
  return !status.details().empty() && !DocumentView(reinterpret_cast<const std::uint8_t*>(
                                          status.details().data()))["errorLabels"]
                                           .missing();
}

// What a fail point says in place of the write concern's outcome.
void append_forced(const Call& call, DocumentView forced, DocumentBuilder& reply) {
  const DocumentView error = forced["writeConcernError"].as_document();
  reply.append("writeConcernError", error);
  const ErrorCode code = error["code"].is_number()
                             ? static_cast<ErrorCode>(error["code"].to_int64_clamped())
                             : ErrorCode::kOK;
  append_state_change(call.dialect, code, reply);
  if (const ValueView labels = forced["errorLabels"]; labels.is_array()) {
    reply.append("errorLabels", labels);
  } else if (is_retryable(code) && call.generic.txn_number &&
             (ends_transaction(call.row) ||
              (call.row.retryable && !call.generic.in_transaction()))) {
    append_retryable_label(reply);
  }
}

// The label that is due, or "". Source: MongoDB's manual, "Transactions and error handling".
std::string_view label_of(ErrorCode code, const FailedCommand& command) {
  constexpr std::string_view kTransient = "TransientTransactionError";
  if (command.in_transaction && is_transient(code)) return kTransient;
  if (!is_retryable(code)) return {};
  if (command.in_transaction && !command.ends_transaction) return kTransient;
  return command.retryable_write || command.ends_transaction ? "RetryableWriteError" : "";
}

void append_details(const Status& status, DocumentBuilder& out) {
  if (status.details().empty()) return;
  out.append_all(DocumentView(reinterpret_cast<const std::uint8_t*>(status.details().data())));
}

// Past this many bytes of errors the texts are left out, so that the reply stays below its limit.
constexpr std::size_t kErrorTextBytes = 1024 * 1024;

void append_write_concern_error(const WriteConcern& concern, const Status& status,
                                DocumentBuilder& reply) {
  reply.begin_document("writeConcernError")
      .append("code", static_cast<std::int32_t>(status.code()))
      .append("codeName", status.code_name())
      .append("errmsg", status.message())
      .begin_document("errInfo");
  append_write_concern(concern, reply);
  reply.end().end();
}

// The fields that every reply of a replica set ends with, made once: built field by field they were
// a tenth of a ping's instructions. A copy gets its time at two places.
class TimeFields {
 public:
  TimeFields() {
    static constexpr std::array<std::uint8_t, 20> kNoHash{};
    const Timestamp mark = Timestamp::from_value(kMark);
    DocumentBuilder fields;
    fields.begin_document("$clusterTime")
        .append("clusterTime", mark)
        .begin_document("signature")
        .append("hash", BinaryView{.subtype = 0, .bytes = kNoHash})
        .append("keyId", std::int64_t{0})
        .end()
        .end()
        .append("operationTime", mark);
    fields_ = fields.take();
    const std::string_view bytes = fields_.bytes();
    const std::string_view marked(reinterpret_cast<const char*>(&kMark), sizeof kMark);
    first_ = bytes.find(marked);
    second_ = bytes.find(marked, first_ + 1);
  }

  void append(Timestamp now, DocumentBuilder& reply) const {
    std::array<std::uint8_t, 160> copy;
    const std::string_view bytes = fields_.bytes();
    assert(bytes.size() <= copy.size());
    std::memcpy(copy.data(), bytes.data(), bytes.size());
    const std::uint64_t value = now.value();
    std::memcpy(copy.data() + first_, &value, sizeof value);
    std::memcpy(copy.data() + second_, &value, sizeof value);
    reply.append_all(DocumentView(copy.data()));
  }

 private:
  static constexpr std::uint64_t kMark = 0x0123456789abcdef;
  Document fields_;
  std::size_t first_ = 0;  // where the times are
  std::size_t second_ = 0;
};

}  // namespace

void append_times(const DialectState& dialect, DocumentBuilder& reply, OpTime own) {
  if (!dialect.replica_set()) return;
  static const TimeFields kFields;
  kFields.append(std::max(dialect.operation_time(), own).timestamp(), reply);
}

void append_error(const Status& status, const FailedCommand& command, DocumentBuilder& reply) {
  reply.append("ok", 0.0)
      .append("errmsg", status.message())
      .append("code", static_cast<std::int32_t>(status.code()))
      .append("codeName", status.code_name());
  append_details(status, reply);
  const std::string_view label = label_of(status.code(), command);
  if (label.empty() || has_labels(status)) return;
  reply.begin_array("errorLabels").push(label).end();
}

void append_topology_version(const DialectState& dialect, DocumentBuilder& reply) {
  reply.begin_document("topologyVersion")
      .append("processId", dialect.process_id)
      .append("counter", dialect.topology.version())
      .end();
}

void append_state_change(const DialectState& dialect, ErrorCode code, DocumentBuilder& reply) {
  if (std::find(kStateChanges.begin(), kStateChanges.end(), code) == kStateChanges.end()) return;
  append_topology_version(dialect, reply);
}

Status server_stops() { return {ErrorCode::kShutdownInProgress, "The server is shutting down"}; }

void append_write_error(const Status& status, DocumentBuilder& out) {
  out.append("code", static_cast<std::int32_t>(status.code()));
  if (out.size() < kErrorTextBytes) {
    out.append("errmsg", status.message());
    append_details(status, out);
  } else {
    out.append("errmsg", "");
  }
}

void append_write_errors(std::span<const WriteError> errors, DocumentBuilder& reply) {
  if (errors.empty()) return;
  reply.begin_array("writeErrors");
  for (const WriteError& error : errors) {
    reply.push_document().append("index", static_cast<std::int32_t>(error.index));
    append_write_error(error.status, reply);
    reply.end();
  }
  reply.end();
}

void append_retried_statements(std::span<const std::int32_t> statements, DocumentBuilder& reply) {
  if (statements.empty()) return;
  reply.begin_array("retriedStmtIds");
  for (std::int32_t statement : statements) reply.push(statement);
  reply.end();
}

void append_success(const Call& call, DocumentBuilder& reply) {
  if (call.forced) {
    append_forced(call, call.forced->view(), reply);
  } else if (call.generic.write_concern && takes_write_concern(call)) {
    if (const auto why = unsatisfied(*call.generic.write_concern)) {
      append_write_concern_error(*call.generic.write_concern, *why, reply);
    }
  }
  reply.append("ok", 1.0);
  // A write that is pending is not the latest yet.
  append_times(call.dialect, reply, call.written.value_or(OpTime{}));
}

}  // namespace cairn::mongodb
