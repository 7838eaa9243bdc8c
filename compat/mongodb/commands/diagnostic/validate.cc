// validate: whether a collection and its indexes are whole.
//
// The check reads a snapshot and holds nobody up, in the foreground as in the background; `full`
// leaves nothing to add. Nothing is ever repaired: what is damaged needs the last backup.
#include "compat/mongodb/command/state.h"

#include <limits>

namespace cairn::mongodb {
namespace {

enum ValidateField { kFull, kBackground, kMetadata, kRepair, kConformance, kFastCount, kFastSize };
constexpr Field kFields[] = {
    {.name = "full"},
    {.name = "background"},
    {.name = "metadata"},
    {.name = "repair"},
    {.name = "checkBSONConformance"},
    {.name = "enforceFastCount"},
    {.name = "enforceFastSize"},
};

Status check_options(const Call& call) {
  const auto on = [&](ValidateField field) { return call.arguments[field].truthy(); };
  const auto both = [](const char* one, const char* other) {
    return Status(ErrorCode::kInvalidOptions,
                  std::string("Running the validate command with both { ") + one + ": true } and " +
                      other + " is not supported.");
  };
  if (on(kBackground) && on(kFull)) return both("background", "{ full: true }");
  if (on(kBackground) && (on(kFastCount) || on(kFastSize))) {
    return both("background", "{ enforceFastCount: true } or { enforceFastSize: true }");
  }
  if (on(kBackground) && on(kRepair)) return both("background", "{ repair: true }");
  if (on(kConformance) && on(kRepair)) return both("checkBSONConformance", "{ repair: true }");
  const bool others = on(kBackground) || on(kFull) || on(kRepair) || on(kConformance) ||
                      on(kFastCount) || on(kFastSize);
  if (on(kMetadata) && others) {
    return {ErrorCode::kInvalidOptions,
            "Running the validate command with { metadata: true } is not supported with any other "
            "options"};
  }
  if (on(kRepair) && call.dialect.replica_set()) {
    return {ErrorCode::kInvalidOptions,
            "Running the validate command with { repair: true } can only be done in standalone "
            "mode."};
  }
  if (on(kBackground) && !call.dialect.replica_set()) {
    return {ErrorCode::kCommandNotSupported,
            "Running the validate command with { background: true } is not supported in standalone "
            "mode"};
  }
  return {};
}

// As an int32 where it fits, as MongoDB writes these figures.
void append_figure(std::string_view name, std::int64_t value, DocumentBuilder& reply) {
  if (value <= std::numeric_limits<std::int32_t>::max()) {
    reply.append(name, static_cast<std::int32_t>(value));
  } else {
    reply.append(name, value);
  }
}

template <typename T>
void append_list(std::string_view name, const std::vector<T>& list, DocumentBuilder& reply) {
  reply.begin_array(name);
  for (const T& element : list) reply.push(element);
  reply.end();
}

void append_indexes(const ValidationReport& report, DocumentBuilder& reply) {
  append_figure("nIndexes", static_cast<std::int64_t>(report.indexes.size()), reply);
  reply.begin_document("keysPerIndex");
  for (const ValidationReport::Index& index : report.indexes) {
    append_figure(index.name, index.keys, reply);
  }
  reply.end().begin_document("indexDetails");
  for (const ValidationReport::Index& index : report.indexes) {
    reply.begin_document(index.name).append("valid", index.valid()).append("spec", index.spec);
    if (!index.valid()) append_list("errors", index.errors, reply);
    reply.end();
  }
  reply.end();
}

Status run(Call& call, DocumentBuilder& reply) {
  CAIRN_RETURN_IF_ERROR(check_options(call));
  CAIRN_ASSIGN_OR_RETURN(const ValidationReport report, call.handle().validate(call.operation()));
  reply.append("ns", call.namespace_name());
  reply.append("uuid", BinaryView{.subtype = kUuidSubtype, .bytes = report.uuid});
  append_figure("nInvalidDocuments", report.invalid_documents, reply);
  append_figure("nNonCompliantDocuments", report.noncompliant_documents, reply);
  append_figure("nrecords", report.documents, reply);
  append_indexes(report, reply);
  reply.append("valid", report.valid()).append("repaired", false);
  append_list("warnings", report.warnings, reply);
  append_list("errors", report.errors, reply);
  append_list("extraIndexEntries", report.extra_entries, reply);
  append_list("missingIndexEntries", report.missing_entries, reply);
  append_list("corruptRecords", report.corrupt_records, reply);
  return {};
}

}  // namespace

extern const Row row_validate = {.name = "validate",
                                 .help = "Checks a collection and its indexes.",
                                 .target = Target::kCollection,
                                 .access = Access::kRead,
                                 .cost = Cost::kLong,
                                 .unknown_fields = true,
                                 .fields = kFields,
                                 .run = run};

}  // namespace cairn::mongodb
