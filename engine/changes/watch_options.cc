#include "engine/changes/watch_options.h"

#include <fmt/format.h>

namespace cairn::changes {
namespace {

constexpr std::string_view kOperationNames[kOperations] = {
    "insert",      "update", "replace", "delete", "create",      "createIndexes",
    "dropIndexes", "modify", "drop",    "rename", "dropDatabase"};

bool is_internal(std::string_view database) {
  return database == "admin" || database == "local" || database == "config";
}

}  // namespace

std::string_view operation_name(Operation operation) {
  return kOperationNames[static_cast<std::size_t>(operation)];
}

bool WatchOptions::covers(std::string_view database_name, std::string_view collection_name) const {
  if (scope == WatchScope::kCollection) {
    return database_name == database && collection_name == collection;
  }
  if (collection_name.starts_with("system.") && !system_events) return false;
  if (scope == WatchScope::kDatabase) return database_name == database;
  return !is_internal(database_name);
}

bool WatchOptions::covers(std::string_view full_name) const {
  // Of most rows of other collections the length says it.
  if (scope == WatchScope::kCollection &&
      full_name.size() != database.size() + 1 + collection.size()) {
    return false;
  }
  const std::size_t dot = full_name.find('.');
  if (dot == std::string_view::npos) return false;
  return covers(full_name.substr(0, dot), full_name.substr(dot + 1));
}

std::string WatchOptions::events_key() const {
  return fmt::format("{} {}.{} {} {} {}{}{} {} {}{}{}", static_cast<int>(scope), database,
                     collection, static_cast<int>(full_document), static_cast<int>(before_change),
                     expanded, raw_updates, system_events, wanted.operations.to_ulong(),
                     wanted.full_document, wanted.before_change, wanted.update_description);
}

}  // namespace cairn::changes
