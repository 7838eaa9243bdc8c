#include "compat/mongodb/arguments/namespaces.h"

#include <cairn/limits.h>

namespace cairn::mongodb {
namespace {

Status invalid(std::string message) { return {ErrorCode::kInvalidNamespace, std::move(message)}; }

}  // namespace

std::string full_name(std::string_view database, std::string_view collection) {
  std::string name(database);
  name += '.';
  name += collection;
  return name;
}

Namespace split_namespace(std::string_view full_name) {
  const std::size_t dot = full_name.find('.');
  if (dot == std::string_view::npos) return {full_name, {}};
  return {full_name.substr(0, dot), full_name.substr(dot + 1)};
}

Status check_database_name(std::string_view name) {
  if (name.size() > kMaxDatabaseNameBytes) {
    return invalid("db name must be at most 63 characters, found: " + std::to_string(name.size()));
  }
  if (name.empty() || name.find_first_of(std::string_view("/\\. \"$\0", 7)) != name.npos) {
    return invalid("Invalid database name: '" + std::string(name) + "'");
  }
  return {};
}

Status check_transaction_database(std::string_view name) {
  if (name != "admin" && name != "config" && name != "local") return {};
  return {ErrorCode::kOperationNotSupportedInTransaction,
          "Cannot run command against the '" + std::string(name) + "' database in a transaction."};
}

Status check_collection_name(std::string_view database, std::string_view name) {
  if (name.empty()) return invalid("Invalid namespace specified '" + std::string(database) + ".'");
  if (name.find('\0') != name.npos) {
    return invalid("namespaces cannot have embedded null characters");
  }
  if (name.front() == '.') {
    return invalid("Collection names cannot start with '.': " + std::string(name));
  }
  if (name.find('$') != name.npos) {
    return invalid("Invalid collection name specified '" + full_name(database, name) + "'");
  }
  if (database.size() + 1 + name.size() > kMaxNamespaceBytes) {
    return invalid("Fully qualified namespace is too long. Namespace: " +
                   full_name(database, name) + " Max: 255");
  }
  return {};
}

Result<std::string_view> collection_argument(std::string_view database, ValueView value) {
  if (!value.is_string()) {
    return {ErrorCode::kInvalidNamespace,
            "collection name has invalid type " + std::string(type_name(value.type()))};
  }
  CAIRN_RETURN_IF_ERROR(check_collection_name(database, value.as_string()));
  return value.as_string();
}

}  // namespace cairn::mongodb
