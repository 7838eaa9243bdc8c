#include "compat/mongodb/commands/admin/parameters.h"

#include "compat/mongodb/command/server_version.h"

#include <cairn/limits.h>

#include <fmt/format.h>

#include <chrono>
#include <limits>

namespace cairn::mongodb {
namespace {

Status set_cursor_timeout(DialectState& dialect, std::string_view name, ValueView value) {
  if (!value.is_number() && value.type() != BsonType::kBool) {
    return {ErrorCode::kBadValue,
            fmt::format("Failed validating {}: Unable to coerce value to integral type", name)};
  }
  const std::int64_t wanted = value.is_number() ? value.to_int64_clamped() : value.truthy() ? 1 : 0;
  dialect.cursors.set_idle_timeout(std::chrono::milliseconds(wanted));
  return {};
}

Status set_session_cursor_timeout(DialectState& dialect, std::string_view, ValueView value) {
  dialect.cursors.set_expires_in_sessions(value.truthy());
  return {};
}

Result<std::chrono::seconds> seconds_of(std::string_view name, ValueView value,
                                        std::int64_t least) {
  if (!value.is_number()) {
    return Status(
        ErrorCode::kBadValue,
        fmt::format("Failed validating {}: Unable to coerce value to integral type", name));
  }
  const std::int64_t wanted = value.to_int64_clamped();
  if (wanted < least || wanted > std::numeric_limits<std::int32_t>::max()) {
    return Status(
        ErrorCode::kBadValue,
        fmt::format("Invalid value for parameter {}: {} is not greater than or equal to {}", name,
                    wanted, least));
  }
  return std::chrono::seconds(wanted);
}

Status set_transaction_lifetime(DialectState& dialect, std::string_view name, ValueView value) {
  CAIRN_ASSIGN_OR_RETURN(dialect.transaction_lifetime, seconds_of(name, value, 1));
  return {};
}

Status set_snapshot_window(DialectState& dialect, std::string_view name, ValueView value) {
  CAIRN_ASSIGN_OR_RETURN(const std::chrono::seconds window, seconds_of(name, value, 0));
  dialect.database.set_snapshot_window(window);
  return {};
}

Status set_require_api_version(DialectState&, std::string_view name, ValueView value) {
  if (!value.truthy()) return {};
  return {
      ErrorCode::kIllegalOperation,
      fmt::format("Cannot set parameter {}=true: Cairn serves clients of any API version", name)};
}

constexpr Parameter kParameters[] = {
    {"authSchemaVersion", false,
     [](const DialectState&, std::string_view name, DocumentBuilder& out) {
       out.append(name, std::int32_t{5});
     }},
    {"authenticationMechanisms", false,
     [](const DialectState&, std::string_view name, DocumentBuilder& out) {
       out.begin_array(name).end();
     }},
    {"cursorTimeoutMillis", false,
     [](const DialectState& dialect, std::string_view name, DocumentBuilder& out) {
       out.append(name, std::int64_t{dialect.cursors.idle_timeout().count()});
     },
     set_cursor_timeout},
    {"enableTestCommands", true,
     [](const DialectState& dialect, std::string_view name, DocumentBuilder& out) {
       out.append(name, dialect.options.test_commands);
     }},
    {"enableTimeoutOfInactiveSessionCursors", false,
     [](const DialectState& dialect, std::string_view name, DocumentBuilder& out) {
       out.append(name, dialect.cursors.expires_in_sessions());
     },
     set_session_cursor_timeout},
    {"featureCompatibilityVersion", false,
     [](const DialectState&, std::string_view name, DocumentBuilder& out) {
       out.begin_document(name).append("version", kFeatureCompatibilityVersion).end();
     }},
    {"localLogicalSessionTimeoutMinutes", false,
     [](const DialectState&, std::string_view name, DocumentBuilder& out) {
       out.append(name, static_cast<std::int32_t>(kSessionTimeoutMinutes));
     }},
    {"maxSessions", false,
     [](const DialectState&, std::string_view name, DocumentBuilder& out) {
       out.append(name, static_cast<std::int32_t>(kMaxSessions));
     }},
    {"minSnapshotHistoryWindowInSeconds", false,
     [](const DialectState& dialect, std::string_view name, DocumentBuilder& out) {
       out.append(name, static_cast<std::int32_t>(dialect.database.snapshot_window().count()));
     },
     set_snapshot_window},
    {"requireApiVersion", false,
     [](const DialectState&, std::string_view name, DocumentBuilder& out) {
       out.append(name, false);
     },
     set_require_api_version},
    {"transactionLifetimeLimitSeconds", false,
     [](const DialectState& dialect, std::string_view name, DocumentBuilder& out) {
       out.append(name, static_cast<std::int32_t>(dialect.transaction_lifetime.load().count()));
     },
     set_transaction_lifetime},
};

}  // namespace

std::span<const Parameter> all_parameters() { return kParameters; }

}  // namespace cairn::mongodb
