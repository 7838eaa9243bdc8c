#include "compat/mongodb/command/fail_command.h"

#include "compat/mongodb/command/state.h"

#include <algorithm>
#include <thread>

namespace cairn::mongodb {
namespace {

constexpr std::chrono::milliseconds kLookForInterrupts(10);

bool names(ValueView commands, const Row& row) {
  if (!commands.is_array()) return false;
  for (const Element element : commands.as_document()) {
    if (!element.value.is_string()) continue;
    const std::string_view name = element.value.as_string();
    if (name == row.name ||
        std::find(row.aliases.begin(), row.aliases.end(), name) != row.aliases.end()) {
      return true;
    }
  }
  return false;
}

// Whether failCommand's data means this call: by command, and by application or collection where
// they are named.
bool concerns(DocumentView data, const Call& call) {
  if (call.row.name == "configureFailPoint") return false;
  if (!data["failAllCommands"].truthy() && !names(data["failCommands"], call.row)) return false;
  if (const ValueView application = data["appName"]; application.is_string()) {
    const ValueView own = call.connection.client_metadata.view()["application"];
    const ValueView name = own.is_document() ? own.as_document()["name"] : ValueView();
    if (!name.is_string() || name.as_string() != application.as_string()) return false;
  }
  const ValueView collection = data["namespace"];
  return !collection.is_string() || collection.as_string() == call.namespace_name();
}

// Holds the command up, as long as nobody interrupts it.
Status wait(DocumentView data, const Interrupt& interrupt) {
  if (!data["blockConnection"].truthy()) return {};
  const ValueView asked = data["blockTimeMS"];
  if (!asked.is_number() || asked.to_int64_clamped() < 0) {
    return {ErrorCode::kInvalidOptions,
            "must specify 'blockTimeMS' when 'blockConnection' is true"};
  }
  const auto end = DialectState::Clock::now() + std::chrono::milliseconds(asked.to_int64_clamped());
  for (auto now = DialectState::Clock::now(); now < end; now = DialectState::Clock::now()) {
    CAIRN_RETURN_IF_ERROR(interrupt.check());
    std::this_thread::sleep_for(
        std::min<DialectState::Clock::duration>(kLookForInterrupts, end - now));
  }
  return {};
}

// The error that the data names, or OK. Labels that it lists replace those which are due.
Status error_of(DocumentView data, std::string message) {
  const ValueView code = data["errorCode"];
  if (!code.is_number()) return {};
  DocumentBuilder details;
  if (const ValueView extra = data["errorExtraInfo"]; extra.is_document()) {
    details.append_all(extra.as_document());
  }
  if (const ValueView labels = data["errorLabels"]; labels.is_array()) {
    details.append("errorLabels", labels);
  }
  const Document fields = details.take();
  return Status(static_cast<ErrorCode>(code.to_int64_clamped()), std::move(message),
                fields.view().empty() ? std::string() : std::string(fields.bytes()));
}

Status drop(Call& call) {
  call.drop_connection = true;
  return {ErrorCode::kHostUnreachable, "a fail point closes the connection"};
}

Status fail_command(Call& call) {
  const auto data = call.dialect.fail_points.fire(
      FailPoint::kFailCommand, [&call](DocumentView asked) { return concerns(asked, call); });
  if (!data) return {};
  const DocumentView asked = data->view();
  CAIRN_RETURN_IF_ERROR(wait(asked, *call.interrupt));
  if (asked["closeConnection"].truthy()) return drop(call);
  CAIRN_RETURN_IF_ERROR(error_of(asked, "Failing command via 'failCommand' failpoint"));
  if (asked["writeConcernError"].is_document()) call.forced = *data;
  return {};
}

// Whether the data has a retryable write fail before it commits, not lose its connection after.
bool before_commit(DocumentView data) { return data["failBeforeCommitExceptionCode"].is_number(); }

bool closes(DocumentView data) {
  const ValueView close = data["closeConnection"];
  return close.missing() || close.truthy();
}

bool writes_retryably(const Call& call) {
  return call.row.retryable && call.generic.txn_number.has_value();
}

}  // namespace

Status fail_before_command(Call& call) {
  call.newest_before = call.dialect.database.last_op_time();
  CAIRN_RETURN_IF_ERROR(fail_command(call));
  if (!writes_retryably(call)) return {};
  const auto data =
      call.dialect.fail_points.fire(FailPoint::kOnPrimaryTransactionalWrite, before_commit);
  if (!data) return {};
  call.drop_connection = closes(*data);
  const ValueView code = data->view()["failBeforeCommitExceptionCode"];
  return Status(static_cast<ErrorCode>(code.to_int64_clamped()),
                "a fail point ends the write before its commit");
}

void fail_after_command(Call& call) {
  // A repetition that only tells what was written before does not count.
  if (!writes_retryably(call) || !call.written || *call.written <= call.newest_before) return;
  const auto data =
      call.dialect.fail_points.fire(FailPoint::kOnPrimaryTransactionalWrite,
                                    [](DocumentView asked) { return !before_commit(asked); });
  call.drop_connection = data && closes(*data);
}

Status fail_get_more(Call& call) {
  if (!call.dialect.fail_points.any()) return {};
  const auto data = call.dialect.fail_points.fire(FailPoint::kFailGetMoreAfterCursorCheckout,
                                                  [](DocumentView) { return true; });
  if (!data) return {};
  if (data->view()["closeConnection"].truthy()) return drop(call);
  return error_of(data->view(), "Failing getMore after its cursor was checked out");
}

}  // namespace cairn::mongodb
