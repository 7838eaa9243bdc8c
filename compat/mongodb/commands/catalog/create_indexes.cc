// createIndexes: for now the index on `_id`, which every collection has; others are refused.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

enum CreateIndexesField { kIndexes };
constexpr Field kFields[] = {
    {.name = "indexes", .types = kArray, .required = true},
    {.name = "commitQuorum"},
    {.name = "ignoreUnknownIndexOptions", .types = kBool},
};

// The options that MongoDB allows an index on `_id` to have.
constexpr std::string_view kIdIndexOptions[] = {"key", "name",      "v",
                                                "ns",  "collation", "background"};

Status in_specification(ErrorCode code, DocumentView index, std::string_view why) {
  return {code,
          "Error in specification " + to_json(index) + " :: caused by :: " + std::string(why)};
}

bool is_id_key(DocumentView key) {
  const auto first = key.begin();
  return key.count() == 1 && first->name == "_id" && first->value.is_number() &&
         first->value.to_int64_exact() == 1;
}

Status check_id_index(DocumentView index) {
  for (const Element& option : index) {
    bool allowed = false;
    for (std::string_view name : kIdIndexOptions) allowed = allowed || name == option.name;
    if (allowed) continue;
    return {ErrorCode::kInvalidIndexSpecificationOption,
            "The field '" + std::string(option.name) +
                "' is not valid for an _id index specification. Specification: " + to_json(index)};
  }
  return {};
}

Status check_index(DocumentView index) {
  const ValueView key = index["key"];
  const ValueView name = index["name"];
  if (key.missing()) {
    return in_specification(ErrorCode::kFailedToParse, index,
                            "The 'key' field is a required property of an index specification");
  }
  if (!key.is_document()) {
    return in_specification(ErrorCode::kTypeMismatch, index, "The field 'key' must be an object");
  }
  if (name.missing()) {
    return in_specification(ErrorCode::kFailedToParse, index,
                            "The 'name' field is a required property of an index specification");
  }
  if (!name.is_string()) {
    return in_specification(ErrorCode::kTypeMismatch, index, "The field 'name' must be a string");
  }
  if (key.as_document().empty()) {
    return in_specification(ErrorCode::kCannotCreateIndex, index, "Index keys cannot be empty.");
  }
  if (is_id_key(key.as_document())) return check_id_index(index);
  return {ErrorCode::kCommandNotSupported,
          "Indexes other than the one on _id are not supported by Cairn yet: " +
              std::string(name.as_string())};
}

Status check_indexes(DocumentView indexes) {
  if (indexes.empty()) {
    return {ErrorCode::kBadValue, "Must specify at least one index to create"};
  }
  for (const Element& index : indexes) {
    if (!index.value.is_document()) {
      return wrong_type("createIndexes.indexes", index.name, index.value.type(), kObject);
    }
    CAIRN_RETURN_IF_ERROR(check_index(index.value.as_document()));
  }
  return {};
}

Status run(Call& call, DocumentBuilder& reply) {
  CAIRN_RETURN_IF_ERROR(check_indexes(call.arguments.document(kIndexes)));
  Result<std::vector<Document>> there = call.handle().indexes();
  const bool create = !there.ok() && there.status().code() == ErrorCode::kNamespaceNotFound;
  if (create) {
    CAIRN_ASSIGN_OR_RETURN(const OpTime created,
                           call.engine().create_collection(call.database(), call.collection));
    call.wrote(created);
    there = call.handle().indexes();
  }
  if (!there.ok()) return there.take_status();
  const std::vector<Document>& indexes = *there;
  const auto count = static_cast<std::int32_t>(indexes.size());
  reply.append("numIndexesBefore", count).append("numIndexesAfter", count);
  if (create) reply.append("createdCollectionAutomatically", true);
  reply.append("note", "all indexes already exist");
  return {};
}

}  // namespace

extern const Row row_create_indexes = {.name = "createIndexes",
                                       .help = "Creates indexes.",
                                       .target = Target::kCollection,
                                       .access = Access::kWrite,
                                       .cost = Cost::kLong,
                                       .in_api_v1 = true,
                                       .fields = kFields,
                                       .run = run};

}  // namespace cairn::mongodb
