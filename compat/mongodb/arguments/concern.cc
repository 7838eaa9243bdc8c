#include "compat/mongodb/arguments/concern.h"

#include "compat/mongodb/arguments/field.h"

#include <array>
#include <string_view>

namespace cairn::mongodb {
namespace {

enum WriteField { kW, kJ, kTimeout, kFsync, kProvenance, kGetLastError };
constexpr Field kWriteFields[] = {
    {.name = "w"},
    {.name = "j", .types = kBoolOrNumber},
    {.name = "wtimeout"},
    {.name = "fsync", .types = kBoolOrNumber},
    {.name = "provenance", .types = kString},
    {.name = "getLastError"},
};

enum ReadField { kLevel, kAfterClusterTime, kAtClusterTime, kAfterOpTime, kReadProvenance };
constexpr Field kReadFields[] = {
    {.name = "level", .types = kString},
    {.name = "afterClusterTime", .types = kTimestamp},
    {.name = "atClusterTime", .types = kTimestamp},
    {.name = "afterOpTime", .types = kObject},
    {.name = "provenance", .types = kString},
};

constexpr std::array<std::string_view, 5> kLevels = {"local", "available", "majority",
                                                     "linearizable", "snapshot"};

constexpr std::int64_t kMaxNodes = 50;

Status parse_w(ValueView w, WriteConcern& concern) {
  if (w.is_number()) {
    concern.nodes = w.to_int64_clamped();
    if (concern.nodes >= 0 && concern.nodes <= kMaxNodes) return {};
    return {ErrorCode::kFailedToParse,
            "w has to be a non-negative number and not greater than 50; found: " +
                std::to_string(concern.nodes)};
  }
  if (w.is_string()) {
    concern.majority = w.as_string() == "majority";
    if (!concern.majority) concern.mode = w.as_string();
    return {};
  }
  if (w.is_document()) {
    if (w.as_document().empty()) {
      return {ErrorCode::kFailedToParse, "tagged write concern requires tags"};
    }
    concern.tags = true;
    return {};
  }
  return {ErrorCode::kFailedToParse,
          "w has to be a number, string, or object; found: " + std::string(type_name(w.type()))};
}

Status read_level(std::string_view level, ReadConcern& concern) {
  for (std::size_t i = 0; i < kLevels.size(); ++i) {
    if (kLevels[i] != level) continue;
    concern.level = static_cast<ReadLevel>(i);
    concern.level_given = true;
    return {};
  }
  return {ErrorCode::kBadValue, "Enumeration value '" + std::string(level) +
                                    "' for field 'readConcern.level' is not a valid value."};
}

Status check_times(const ReadConcern& concern) {
  const bool after = concern.after_cluster_time.has_value();
  const bool at = concern.at_cluster_time.has_value();
  if (after && at) {
    return {ErrorCode::kInvalidOptions,
            "readConcern.atClusterTime and readConcern.afterClusterTime cannot both be specified"};
  }
  if (after && concern.level == ReadLevel::kLinearizable) {
    return {ErrorCode::kInvalidOptions,
            "readConcern.afterClusterTime field can be set only if readConcern.level is equal to "
            "'majority', 'local', 'available', or 'snapshot'"};
  }
  if (at && concern.level != ReadLevel::kSnapshot) {
    return {ErrorCode::kInvalidOptions,
            "readConcern.atClusterTime field can be set only if readConcern.level is equal to "
            "'snapshot'"};
  }
  if (after && concern.after_cluster_time->value() == 0) {
    return {ErrorCode::kInvalidOptions, "readConcern.afterClusterTime cannot be a null timestamp"};
  }
  if (at && concern.at_cluster_time->value() == 0) {
    return {ErrorCode::kInvalidOptions, "readConcern.atClusterTime cannot be a null timestamp"};
  }
  return {};
}

}  // namespace

Result<WriteConcern> parse_write_concern(DocumentView document) {
  Arguments fields;
  CAIRN_RETURN_IF_ERROR(parse_document("WriteConcernOptions", kWriteFields, document, fields));
  WriteConcern concern;
  concern.given = true;
  if (fields.has(kW) && fields[kW].has_value()) {
    CAIRN_RETURN_IF_ERROR(parse_w(fields[kW], concern));
  }
  concern.journal = fields.boolean(kJ) || fields.boolean(kFsync);
  if (concern.journal && fields.boolean(kJ) && fields.boolean(kFsync)) {
    return {ErrorCode::kFailedToParse, "fsync and j options cannot be used together"};
  }
  if (fields.has(kTimeout) && fields[kTimeout].is_number()) {
    concern.timeout_ms = fields.integer(kTimeout);
  }
  return concern;
}

Status check_standalone(const WriteConcern& concern) {
  if (concern.nodes > 1) {
    return {ErrorCode::kBadValue, "cannot use 'w' > 1 when a host is not replicated"};
  }
  if (!concern.mode.empty() || concern.tags) {
    return {ErrorCode::kBadValue, "cannot use non-majority 'w' mode \"" + concern.mode +
                                      "\" when a host is not a member of a replica set"};
  }
  return {};
}

std::optional<Status> unsatisfied(const WriteConcern& concern) {
  if (!concern.mode.empty()) {
    return Status(
        ErrorCode::kUnknownReplWriteConcern,
        "No write concern mode named '" + concern.mode + "' found in replica set configuration");
  }
  if (concern.nodes > 1 || concern.tags) {
    return Status(ErrorCode::kUnsatisfiableWriteConcern, "Not enough data-bearing nodes");
  }
  return std::nullopt;
}

void append_write_concern(const WriteConcern& concern, DocumentBuilder& out) {
  out.begin_document("writeConcern");
  if (concern.majority) {
    out.append("w", "majority");
  } else if (!concern.mode.empty()) {
    out.append("w", concern.mode);
  } else {
    out.append("w", static_cast<std::int32_t>(concern.nodes));
  }
  if (concern.journal) out.append("j", true);
  out.append("wtimeout", static_cast<std::int32_t>(concern.timeout_ms))
      .append("provenance", "clientSupplied")
      .end();
}

Result<ReadConcern> parse_read_concern(DocumentView document) {
  Arguments fields;
  CAIRN_RETURN_IF_ERROR(parse_document("readConcern", kReadFields, document, fields));
  ReadConcern concern;
  if (fields.has(kAfterClusterTime)) {
    concern.after_cluster_time = fields[kAfterClusterTime].as_timestamp();
  }
  if (fields.has(kAtClusterTime)) concern.at_cluster_time = fields[kAtClusterTime].as_timestamp();
  if (fields.has(kLevel)) CAIRN_RETURN_IF_ERROR(read_level(fields.string(kLevel), concern));
  CAIRN_RETURN_IF_ERROR(check_times(concern));
  return concern;
}

std::string_view level_name(ReadLevel level) { return kLevels[static_cast<std::size_t>(level)]; }

}  // namespace cairn::mongodb
