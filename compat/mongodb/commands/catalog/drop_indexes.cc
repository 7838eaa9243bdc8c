// dropIndexes: for now there is only the index on `_id`, which cannot be dropped.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

enum DropIndexesField { kIndex };
constexpr Field kFields[] = {
    {.name = "index", .types = kString | kObject | kArray, .required = true},
};

Status cannot_drop_id() { return {ErrorCode::kInvalidOptions, "cannot drop _id index"}; }

Status check_name(std::string_view name) {
  if (name == "_id_") return cannot_drop_id();
  return {ErrorCode::kIndexNotFound, "index not found with name [" + std::string(name) + "]"};
}

Status check_key(DocumentView key) {
  const auto first = key.begin();
  const bool is_id = key.count() == 1 && first->name == "_id" && first->value.is_number() &&
                     first->value.to_int64_exact() == 1;
  if (is_id) return cannot_drop_id();
  return {ErrorCode::kIndexNotFound, "can't find index with key: " + to_json(key)};
}

Status check_names(DocumentView names) {
  for (const Element& name : names) {
    if (!name.value.is_string()) {
      return wrong_type("dropIndexes.index", name.name, name.value.type(), kString);
    }
    CAIRN_RETURN_IF_ERROR(check_name(name.value.as_string()));
  }
  return {};
}

Status run(Call& call, DocumentBuilder& reply) {
  const Result<std::vector<Document>> indexes = call.handle().indexes();
  if (!indexes.ok() && indexes.status().code() == ErrorCode::kNamespaceNotFound) {
    return {ErrorCode::kNamespaceNotFound, "ns not found " + call.namespace_name()};
  }
  if (!indexes.ok()) return indexes.status();
  const ValueView index = call.arguments[kIndex];
  const bool all = index.is_string() && index.as_string() == "*";
  if (index.is_string() && !all) CAIRN_RETURN_IF_ERROR(check_name(index.as_string()));
  if (index.is_document()) CAIRN_RETURN_IF_ERROR(check_key(index.as_document()));
  if (index.is_array()) CAIRN_RETURN_IF_ERROR(check_names(index.as_document()));
  reply.append("nIndexesWas", static_cast<std::int32_t>(indexes->size()));
  if (all) reply.append("msg", "non-_id indexes dropped for collection");
  return {};
}

}  // namespace

extern const Row row_drop_indexes = {.name = "dropIndexes",
                                     .aliases = {"deleteIndexes"},
                                     .help = "Drops indexes.",
                                     .target = Target::kCollection,
                                     .access = Access::kWrite,
                                     .in_api_v1 = true,
                                     .fields = kFields,
                                     .run = run};

}  // namespace cairn::mongodb
