#include "compat/mongodb/arguments/generic.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace cairn::mongodb {
namespace {

enum GenericField {
  kDatabase,
  kLsid,
  kClusterTime,
  kTxnNumber,
  kReadPreference,
  kMaxTime,
  kComment,
  kWriteConcern,
  kReadConcern,
  kApiVersion,
  kApiStrict,
  kApiDeprecationErrors,
  kAutocommit,
  kStartTransaction,
};
// The rest is accepted and means nothing to one node.
constexpr Field kFields[] = {
    {.name = "$db", .types = kString},
    {.name = "lsid", .types = kObject},
    {.name = "$clusterTime", .types = kObject},
    {.name = "txnNumber", .types = kInt64Only},
    {.name = "$readPreference", .types = kObject},
    {.name = "maxTimeMS", .types = kNumber, .at_least = 0},
    {.name = "comment"},
    {.name = "writeConcern", .types = kObject},
    {.name = "readConcern", .types = kObject},
    {.name = "apiVersion", .types = kString},
    {.name = "apiStrict", .types = kBool},
    {.name = "apiDeprecationErrors", .types = kBool},
    {.name = "autocommit", .types = kBool},
    {.name = "startTransaction", .types = kBool},
    {.name = "maxTimeMSOpOnly", .types = kNumber, .at_least = 0},
    {.name = "rawData"},
    {.name = "$audit"},
    {.name = "$client"},
    {.name = "$configServerState"},
    {.name = "$configTime"},
    {.name = "$topologyTime"},
    {.name = "$gleStats"},
    {.name = "$oplogQueryData"},
    {.name = "$queryOptions"},
    {.name = "$replData"},
    {.name = "allowImplicitCollectionCreation"},
    {.name = "clientOperationKey"},
    {.name = "coordinator"},
    {.name = "databaseVersion"},
    {.name = "shardVersion"},
    {.name = "mayBypassWriteBlocking"},
    {.name = "usesDefaultMaxTimeMS"},
};

enum SessionField { kId, kUid, kSessionTxnNumber, kTxnUuid };
constexpr Field kSessionFields[] = {
    {.name = "id", .types = kBinary, .required = true},
    {.name = "uid", .types = kBinary},
    {.name = "txnNumber", .types = kInt64Only},
    {.name = "txnUUID", .types = kBinary},
};

constexpr std::int64_t kMaxTimeLimit = 2147483647;

Status check_api(const Arguments& values) {
  if (!values.has(kApiVersion)) {
    if (!values.has(kApiStrict) && !values.has(kApiDeprecationErrors)) return {};
    return {location(4886600),
            "Provided apiStrict and/or apiDeprecationErrors without passing apiVersion"};
  }
  if (values.string(kApiVersion) == "1") return {};
  return {ErrorCode::kAPIVersionError,
          "API version must be \"1\", but was: " + std::string(values.string(kApiVersion))};
}

Status check_whole(std::string_view name, ValueView value) {
  if (!value.is_number() || value.to_int64_exact()) return {};
  const bool decimal = value.type() == BsonType::kDecimal128;
  return {ErrorCode::kFailedToParse,
          fmt::format("{}: {}: {}",
                      decimal ? "Cannot represent as a 64-bit integer" : "Expected an integer",
                      name, value.to_double())};
}

}  // namespace

std::span<const Field> GenericReader::fields() { return kFields; }

int generic_index(std::string_view name) { return field_index(kFields, name); }

Result<std::int64_t> read_max_time(ValueView value) {
  if (!value.is_number()) return 0;
  CAIRN_RETURN_IF_ERROR(check_whole("maxTimeMS", value));
  const std::int64_t milliseconds = value.to_int64_clamped();
  if (milliseconds <= kMaxTimeLimit) return milliseconds;
  return {ErrorCode::kBadValue,
          fmt::format("{} value for maxTimeMS is out of range [0, 2147483647]", milliseconds)};
}

Result<SessionId> parse_session_id(std::string_view owner, DocumentView document) {
  Arguments fields;
  CAIRN_RETURN_IF_ERROR(parse_document(owner, kSessionFields, document, fields));
  const BinaryView id = fields[kId].as_binary();
  if (id.subtype != kUuidSubtype) {
    return {ErrorCode::kTypeMismatch, "BSON field '" + std::string(owner) +
                                          ".id' is the wrong binData type, expected type 'UUID'"};
  }
  if (id.bytes.size() != 16) {
    return {ErrorCode::kInvalidUUID, "uuid must be a 16-byte binary field with UUID (4) subtype"};
  }
  if (fields.has(kSessionTxnNumber) || fields.has(kTxnUuid)) {
    return {ErrorCode::kInvalidOptions, "Internal sessions are only for members of a cluster"};
  }
  SessionId session;
  std::copy(id.bytes.begin(), id.bytes.end(), session.uuid.begin());
  // A digest names the user of somebody else's session; clients of a server without users have
  // none.
  if (fields.has(kUid)) {
    const BinaryView uid = fields[kUid].as_binary();
    if (uid.bytes.size() != session.user_digest.size()) {
      return {ErrorCode::kUnauthorized, "Unauthorized to set user digest in LogicalSessionId"};
    }
    std::copy(uid.bytes.begin(), uid.bytes.end(), session.user_digest.begin());
  }
  return session;
}

Result<GenericArguments> GenericReader::finish() const {
  CAIRN_RETURN_IF_ERROR(check_api(values_));
  GenericArguments generic;
  generic.database = values_.string(kDatabase);
  generic.comment = values_[kComment];
  generic.api_strict = values_.boolean(kApiStrict);
  generic.start_transaction = values_.boolean(kStartTransaction);
  CAIRN_ASSIGN_OR_RETURN(generic.max_time_ms, read_max_time(values_[kMaxTime]));
  if (values_.has(kClusterTime)) {
    const ValueView time = values_.document(kClusterTime)["clusterTime"];
    if (time.type() == BsonType::kTimestamp) generic.cluster_time = time.as_timestamp();
  }
  if (values_.has(kAutocommit)) generic.autocommit = values_.boolean(kAutocommit);
  if (values_.has(kTxnNumber)) generic.txn_number = values_[kTxnNumber].as_int64();
  if (values_.has(kLsid)) {
    CAIRN_ASSIGN_OR_RETURN(generic.session, parse_session_id(std::string(command_) + ".lsid",
                                                             values_.document(kLsid)));
  }
  if (values_.has(kWriteConcern)) {
    CAIRN_ASSIGN_OR_RETURN(generic.write_concern,
                           parse_write_concern(values_.document(kWriteConcern)));
  }
  if (values_.has(kReadConcern)) {
    CAIRN_ASSIGN_OR_RETURN(generic.read_concern,
                           parse_read_concern(values_.document(kReadConcern)));
  }
  return generic;
}

}  // namespace cairn::mongodb
