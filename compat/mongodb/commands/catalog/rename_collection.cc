// renameCollection: gives a collection another name, in any database.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

enum RenameField { kTo, kDropTarget };
constexpr Field kFields[] = {
    {.name = "to", .types = kString, .required = true},
    {.name = "dropTarget", .types = kBoolOrNumber},
    {.name = "stayTemp", .types = kBoolOrNumber},
};

Result<Namespace> read_namespace(ValueView value, std::string_view which) {
  const std::string_view name = value.is_string() ? value.as_string() : std::string_view();
  const Namespace parts = split_namespace(name);
  if (parts.database.empty() || parts.collection.empty()) {
    return {ErrorCode::kInvalidNamespace,
            "Invalid " + std::string(which) + " namespace: " + std::string(name)};
  }
  CAIRN_RETURN_IF_ERROR(check_database_name(parts.database));
  CAIRN_RETURN_IF_ERROR(check_collection_name(parts.database, parts.collection));
  return parts;
}

Status run(Call& call, DocumentBuilder&) {
  if (!call.target().is_string()) {
    return wrong_type("renameCollection", "renameCollection", call.target().type(), kString);
  }
  CAIRN_ASSIGN_OR_RETURN(const Namespace from, read_namespace(call.target(), "source"));
  CAIRN_ASSIGN_OR_RETURN(const Namespace to, read_namespace(call.arguments[kTo], "target"));
  if (from.database == to.database && from.collection == to.collection) {
    return {ErrorCode::kIllegalOperation, "Can't rename a collection to itself"};
  }
  CAIRN_ASSIGN_OR_RETURN(
      const OpTime op_time,
      call.engine().rename_collection(from.database, from.collection, to.database, to.collection,
                                      {.drop_target = call.arguments.boolean(kDropTarget)}));
  call.wrote(op_time);
  return {};
}

}  // namespace

extern const Row row_rename_collection = {.name = "renameCollection",
                                          .help = "Renames a collection.",
                                          .access = Access::kWrite,
                                          .cost = Cost::kLong,
                                          .admin_only = true,
                                          .fields = kFields,
                                          .run = run};

}  // namespace cairn::mongodb
