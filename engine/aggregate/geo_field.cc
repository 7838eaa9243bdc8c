#include "engine/aggregate/geo_field.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>

namespace cairn::aggregate {
namespace {

// The field of the only index of that kind; an empty one where there is none.
Result<std::string> field_of_only(const CollectionEntry& collection, std::string_view kind) {
  std::optional<std::string> found;
  for (const IndexEntry& index : collection.index_entries()) {
    if (index.hidden() || !index.ready()) continue;
    for (const Element& field : index.key_pattern()) {
      if (!field.value.is_string() || field.value.as_string() != kind) continue;
      if (found) {
        return Status(ErrorCode::kIndexNotFound,
                      fmt::format("There is more than one {} index on {}; unsure which to use for "
                                  "$geoNear",
                                  kind, collection.full_name()));
      }
      found = field.name;
      break;
    }
  }
  return found.value_or("");
}

}  // namespace

Result<std::string> geo_field(const CollectionEntry& collection) {
  for (const std::string_view kind : {"2d", "2dsphere"}) {
    CAIRN_ASSIGN_OR_RETURN(std::string field, field_of_only(collection, kind));
    if (!field.empty()) return field;
  }
  return Status(ErrorCode::kIndexNotFound,
                "$geoNear requires a 2d or 2dsphere index, but none were found");
}

}  // namespace cairn::aggregate
