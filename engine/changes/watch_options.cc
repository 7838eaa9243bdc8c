#include "engine/changes/watch_options.h"

namespace cairn::changes {
namespace {

bool is_internal(std::string_view database) {
  return database == "admin" || database == "local" || database == "config";
}

}  // namespace

bool WatchOptions::covers(std::string_view database_name, std::string_view collection_name) const {
  if (scope == WatchScope::kCollection) {
    return database_name == database && collection_name == collection;
  }
  if (collection_name.starts_with("system.")) return false;
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

}  // namespace cairn::changes
