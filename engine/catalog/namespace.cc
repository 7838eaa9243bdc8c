#include "engine/catalog/namespace.h"

#include <algorithm>
#include <array>

#include <cairn/limits.h>

namespace cairn {

namespace {

Status invalid(std::string message) { return {ErrorCode::kInvalidNamespace, std::move(message)}; }

Status cannot_write(const Namespace& name) {
  return invalid("cannot write to " + name.to_string());
}

// Of `system.` collections only those that clients and tools know may be created.
bool known_system_collection(std::string_view collection) {
  constexpr std::array kKnown = {"system.js",    "system.profile", "system.users",
                                 "system.roles", "system.version", "system.keys"};
  return std::find(kKnown.begin(), kKnown.end(), collection) != kKnown.end() ||
         collection.starts_with("system.buckets.");
}

}  // namespace

std::string Namespace::to_string() const {
  std::string text;
  text.reserve(database.size() + 1 + collection.size());
  return text.append(database).append(".").append(collection);
}

Result<Namespace> parse_namespace(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) {
    return invalid("Invalid namespace specified '" + std::string(text) + "'");
  }
  return Namespace{text.substr(0, dot), text.substr(dot + 1)};
}

Status check_database_name(std::string_view name) {
  if (name.empty()) return invalid("Invalid database name: ''");
  if (name.size() > kMaxDatabaseNameBytes) {
    return invalid("db name must be at most " + std::to_string(kMaxDatabaseNameBytes) +
                   " characters, found: " + std::to_string(name.size()));
  }
  constexpr std::string_view kForbidden("/\\. \"$\0", 7);
  if (name.find_first_of(kForbidden) != std::string_view::npos) {
    return invalid("Invalid database name: '" + std::string(name) + "'");
  }
  return {};
}

Status check_namespace(const Namespace& name) {
  CAIRN_RETURN_IF_ERROR(check_database_name(name.database));
  constexpr std::string_view kForbidden("$\0", 2);
  if (name.collection.empty() || name.collection.front() == '.' ||
      name.collection.find_first_of(kForbidden) != std::string_view::npos) {
    return invalid("Invalid namespace specified '" + name.to_string() + "'");
  }
  return {};
}

Status check_writable(const Namespace& name) {
  CAIRN_RETURN_IF_ERROR(check_namespace(name));
  // What the server writes itself; that of the profiler may be made by clients, and dropped.
  constexpr std::string_view kProfile = "system.profile";
  if (name.collection != kViewsCollection && name.collection != kProfile && name != kOplog) {
    return {};
  }
  return cannot_write(name);
}

Status check_creatable(const Namespace& name) {
  CAIRN_RETURN_IF_ERROR(check_namespace(name));
  if (name.collection == kViewsCollection) return cannot_write(name);
  if (name.database.size() + 1 + name.collection.size() > kMaxNamespaceBytes) {
    return invalid("Fully qualified namespace is too long. Namespace: " + name.to_string() +
                   " Max: " + std::to_string(kMaxNamespaceBytes));
  }
  if (name.collection.starts_with("system.") && !known_system_collection(name.collection)) {
    return invalid("Invalid system namespace: " + name.to_string());
  }
  return {};
}

}  // namespace cairn
