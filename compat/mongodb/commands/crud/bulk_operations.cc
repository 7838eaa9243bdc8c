#include "compat/mongodb/commands/crud/bulk_operations.h"

#include "compat/mongodb/arguments/field.h"
#include "compat/mongodb/arguments/namespaces.h"
#include "compat/mongodb/commands/crud/arguments.h"

#include <string>

namespace cairn::mongodb {
namespace {

constexpr std::string_view kOwner = "bulkWrite.ops";

enum InsertField { kInsertTarget, kDocument };
constexpr Field kInsertFields[] = {
    {.name = "insert", .types = kNumber, .required = true, .at_least = 0},
    {.name = "document", .types = kObject, .required = true},
};

enum UpdateField {
  kUpdateTarget,
  kUpdateFilter,
  kUpdateMods,
  kUpdateMulti,
  kUpsert,
  kArrayFilters,
  kSort,
  kUpdateHint,
  kUpdateCollation,
  kConstants,
  kUpsertSupplied,
};
constexpr Field kUpdateFields[] = {
    {.name = "update", .types = kNumber, .required = true, .at_least = 0},
    {.name = "filter", .types = kObject, .required = true},
    {.name = "updateMods", .required = true},
    {.name = "multi", .types = kBool},
    {.name = "upsert", .types = kBool},
    {.name = "arrayFilters", .types = kArray},
    {.name = "sort", .types = kObject},
    {.name = "hint"},
    {.name = "collation", .types = kObject},
    {.name = "constants", .types = kObject},
    {.name = "upsertSupplied", .types = kBool},
    {.name = "sampleId", .types = kBinary},
};

enum DeleteField { kDeleteTarget, kDeleteFilter, kDeleteMulti, kDeleteHint, kDeleteCollation };
constexpr Field kDeleteFields[] = {
    {.name = "delete", .types = kNumber, .required = true, .at_least = 0},
    {.name = "filter", .types = kObject, .required = true},
    {.name = "multi", .types = kBool},
    {.name = "hint"},
    {.name = "collation", .types = kObject},
    {.name = "sampleId", .types = kBinary},
};

enum NamespaceField { kNamespace };
constexpr Field kNamespaceFields[] = {
    {.name = "ns", .types = kString, .required = true},
    {.name = "collectionUUID", .types = kBinary},
    {.name = "encryptionInformation", .types = kObject},
    {.name = "isTimeseriesNamespace", .types = kBool},
};

Result<BulkOperation> read_insert(DocumentView document) {
  Arguments fields;
  CAIRN_RETURN_IF_ERROR(parse_document(kOwner, kInsertFields, document, fields));
  return BulkOperation{.collection = static_cast<std::size_t>(fields.integer(kInsertTarget)),
                       .what = fields.document(kDocument)};
}

Result<BulkOperation> read_update(DocumentView document) {
  Arguments fields;
  CAIRN_RETURN_IF_ERROR(parse_document(kOwner, kUpdateFields, document, fields));
  const ValueView mods = fields[kUpdateMods];
  CAIRN_RETURN_IF_ERROR(check_update(mods));
  CAIRN_RETURN_IF_ERROR(check_hint(fields[kUpdateHint]));
  CAIRN_RETURN_IF_ERROR(check_array_filters(kOwner, fields[kArrayFilters]));
  if (fields.boolean(kUpdateMulti) && fields.has(kSort)) {
    return {ErrorCode::kFailedToParse, "Cannot specify sort with multi=true"};
  }
  return BulkOperation{.collection = static_cast<std::size_t>(fields.integer(kUpdateTarget)),
                       .what = UpdateStatement{.filter = fields.document(kUpdateFilter),
                                               .update = mods,
                                               .multi = fields.boolean(kUpdateMulti),
                                               .upsert = fields.boolean(kUpsert),
                                               .array_filters = fields.document(kArrayFilters),
                                               .sort = fields.document(kSort),
                                               .hint = fields[kUpdateHint],
                                               .collation = fields.document(kUpdateCollation),
                                               .constants = fields.document(kConstants),
                                               .upsert_supplied = fields.boolean(kUpsertSupplied)}};
}

Result<BulkOperation> read_delete(DocumentView document) {
  Arguments fields;
  CAIRN_RETURN_IF_ERROR(parse_document(kOwner, kDeleteFields, document, fields));
  CAIRN_RETURN_IF_ERROR(check_hint(fields[kDeleteHint]));
  return BulkOperation{.collection = static_cast<std::size_t>(fields.integer(kDeleteTarget)),
                       .what = DeleteStatement{.filter = fields.document(kDeleteFilter),
                                               .multi = fields.boolean(kDeleteMulti),
                                               .hint = fields[kDeleteHint],
                                               .collation = fields.document(kDeleteCollation)}};
}

Result<BulkOperation> read_operation(DocumentView document) {
  const auto first = document.begin();
  const std::string_view kind = first.at_end() ? std::string_view() : first->name;
  if (kind == "insert") return read_insert(document);
  if (kind == "update") return read_update(document);
  if (kind == "delete") return read_delete(document);
  return unknown_field("bulkWrite", kind);
}

}  // namespace

Result<std::vector<BulkOperation>> read_bulk_operations(std::span<const DocumentView> documents,
                                                        std::size_t collections) {
  std::vector<BulkOperation> operations;
  operations.reserve(documents.size());
  for (DocumentView document : documents) {
    CAIRN_ASSIGN_OR_RETURN(BulkOperation operation, read_operation(document));
    if (operation.collection >= collections) {
      return {ErrorCode::kBadValue,
              "BulkWrite ops entry " + to_json(document) + " has an invalid nsInfo index."};
    }
    operations.push_back(std::move(operation));
  }
  return operations;
}

Result<std::vector<std::string_view>> read_bulk_namespaces(
    std::span<const DocumentView> documents) {
  std::vector<std::string_view> names;
  names.reserve(documents.size());
  for (DocumentView document : documents) {
    Arguments fields;
    CAIRN_RETURN_IF_ERROR(parse_document("bulkWrite.nsInfo", kNamespaceFields, document, fields));
    const std::string_view name = fields.string(kNamespace);
    const Namespace parts = split_namespace(name);
    if (parts.collection.empty() || parts.database.empty()) {
      return {ErrorCode::kInvalidNamespace,
              "Invalid namespace specified for bulkWrite: '" + std::string(name) + "'"};
    }
    CAIRN_RETURN_IF_ERROR(check_database_name(parts.database));
    CAIRN_RETURN_IF_ERROR(check_collection_name(parts.database, parts.collection));
    names.push_back(name);
  }
  return names;
}

}  // namespace cairn::mongodb
