#include "engine/api/search_indexes/drop.h"

#include "engine/catalog/view.h"

#include <fmt/format.h>

namespace cairn::api {

bool is_named(const IndexDefinition& index, const SearchIndexKey& which) {
  if (which.id.empty()) return index.name == which.name;
  return index.spec["id"].as_string() == which.id;
}

Status no_search_index(const Namespace& name, const SearchIndexKey& which) {
  return {ErrorCode::kIndexNotFound,
          fmt::format("Index '{}' not found in {}.", which.id.empty() ? which.name : which.id,
                      name.to_string())};
}

Result<CollectionRef> searched_collection(write::Context& context, const Namespace& name) {
  CAIRN_RETURN_IF_ERROR(check_namespace(name));
  CollectionRef collection = context.catalog.find(name);
  if (collection == nullptr) {
    return Status(ErrorCode::kNamespaceNotFound,
                  fmt::format("Collection '{}' does not exist.", name.to_string()));
  }
  if (collection->definition().view) return is_a_view(*collection);
  return collection;
}

Status drop_search_index(write::Context& context, const Namespace& name,
                         const SearchIndexKey& which) {
  CAIRN_RETURN_IF_ERROR(searched_collection(context, name).status());
  const Catalog::Change change =
      [&](const CollectionRef& now) -> Result<std::optional<Catalog::Alteration>> {
    Catalog::Alteration altered{.definition = now->definition(), .command = {}};
    const auto gone = [&](const IndexDefinition& index) { return is_named(index, which); };
    if (std::erase_if(altered.definition.search_indexes, gone) == 0) {
      return no_search_index(now->name(), which);
    }
    altered.command =
        document("dropSearchIndex", now->name().collection, "name", which.name, "id", which.id);
    return std::optional(std::move(altered));
  };
  return context.catalog.alter(name, change).status();
}

}  // namespace cairn::api
