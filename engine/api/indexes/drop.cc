#include "engine/api/indexes/drop.h"

#include "engine/api/indexes/key_pattern.h"
#include "engine/bson/shell_text.h"
#include "engine/catalog/view.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace cairn::api {
namespace {

Status cannot_drop_id() { return {ErrorCode::kInvalidOptions, "cannot drop _id index"}; }
Status cannot_drop_cluster() {
  return {location(5979800), "It is illegal to drop the clusteredIndex"};
}

std::string cluster_name(const CollectionEntry& collection) {
  const ValueView option = collection.definition().options["clusteredIndex"];
  if (!option.is_document()) return "_id_";
  const ValueView name = option.as_document()["name"];
  return name.is_string() ? std::string(name.as_string()) : "_id_";
}

Result<Keyspace> by_name(const CollectionEntry& collection, std::string_view name) {
  const IndexEntry* index = collection.find_index_entry(name);
  if (index != nullptr && index->is_id()) return cannot_drop_id();
  if (collection.definition().clustered && name == cluster_name(collection)) {
    return cannot_drop_cluster();
  }
  if (index == nullptr) {
    return Status(ErrorCode::kIndexNotFound, fmt::format("index not found with name [{}]", name));
  }
  return index->keyspace();
}

Result<Keyspace> by_pattern(const CollectionEntry& collection, DocumentView pattern) {
  if (collection.finds_by_id() && is_id_pattern(pattern)) {
    return collection.definition().clustered ? cannot_drop_cluster() : cannot_drop_id();
  }
  CAIRN_ASSIGN_OR_RETURN(const IndexDefinition* index, find_by_pattern(collection, pattern));
  if (index == nullptr) {
    return Status(ErrorCode::kIndexNotFound,
                  fmt::format("can't find index with key: {}", to_shell_text(pattern)));
  }
  return index->keyspace;
}

bool is_all(ValueView which) { return which.is_string() && which.as_string() == "*"; }

Result<std::vector<Keyspace>> find_all(const CollectionEntry& collection, ValueView which) {
  std::vector<Keyspace> found;
  if (is_all(which)) {
    for (const IndexEntry& index : collection.secondary_indexes()) {
      found.push_back(index.keyspace());
    }
  } else if (which.is_string()) {
    CAIRN_ASSIGN_OR_RETURN(found.emplace_back(), by_name(collection, which.as_string()));
  } else if (which.is_document()) {
    CAIRN_ASSIGN_OR_RETURN(found.emplace_back(), by_pattern(collection, which.as_document()));
  } else if (which.is_array()) {
    for (const Element& name : which.as_document()) {
      if (!name.value.is_string()) {
        return Status(ErrorCode::kTypeMismatch, "index names must be strings");
      }
      CAIRN_ASSIGN_OR_RETURN(found.emplace_back(), by_name(collection, name.value.as_string()));
    }
  } else {
    return Status(ErrorCode::kTypeMismatch, "an index is named by its name or its key pattern");
  }
  return found;
}

bool contains(const std::vector<Keyspace>& gone, Keyspace keyspace) {
  return std::find(gone.begin(), gone.end(), keyspace) != gone.end();
}

// A build makes all of its indexes or none.
Status check_builds(const CollectionEntry& collection, const std::vector<Keyspace>& gone) {
  for (const IndexDefinition& dropped : collection.indexes()) {
    if (dropped.state != IndexState::kBuilding || !contains(gone, dropped.keyspace)) continue;
    for (const IndexDefinition& other : collection.indexes()) {
      if (other.state != IndexState::kBuilding || other.build != dropped.build) continue;
      if (contains(gone, other.keyspace)) continue;
      return {
          ErrorCode::kBackgroundOperationInProgressForNamespace,
          fmt::format("cannot drop index '{}' of {}: it is being built together with '{}'; name "
                      "all indexes of the build to abort it",
                      dropped.name, collection.full_name(), other.name)};
    }
  }
  return Status();
}

}  // namespace

Result<const IndexDefinition*> find_by_pattern(const CollectionEntry& collection,
                                               DocumentView pattern) {
  const IndexDefinition* found = nullptr;
  std::string all;
  int count = 0;
  for (const IndexDefinition& index : collection.indexes()) {
    if (!same_pattern(index.spec["key"].as_document(), pattern)) continue;
    found = &index;
    if (count++ > 0) all.append(", ");
    all.append(to_shell_text(index.spec.view()));
  }
  if (count > 1) {
    return Status(ErrorCode::kAmbiguousIndexKeyPattern,
                  fmt::format("{} indexes found for key: {}, identify by name instead. "
                              "Conflicting indexes: {}",
                              count, to_shell_text(pattern), all));
  }
  return found;
}

Result<DropIndexesResult> drop_indexes(write::Context& context, const Namespace& name,
                                       ValueView which) {
  CAIRN_RETURN_IF_ERROR(check_namespace(name));
  const CollectionRef there = context.catalog.find(name);
  if (there == nullptr) {
    return Status(ErrorCode::kNamespaceNotFound, "ns not found " + name.to_string());
  }
  if (there->definition().view) return is_a_view(*there);
  DropIndexesResult result{.all = is_all(which) || (which.is_array() && [&] {
                                    const DocumentView names = which.as_document();
                                    return names.count() == 1 && is_all(names.begin()->value);
                                  }())};
  const Document all = document("index", "*");
  const ValueView wanted = result.all ? all["index"] : which;
  const Catalog::Change change =
      [&](const CollectionRef& now) -> Result<std::optional<Catalog::Alteration>> {
    CAIRN_ASSIGN_OR_RETURN(const std::vector<Keyspace> gone, find_all(*now, wanted));
    result.indexes_were = static_cast<std::int64_t>(now->indexes().size());
    if (gone.empty()) return std::optional<Catalog::Alteration>();
    CAIRN_RETURN_IF_ERROR(check_builds(*now, gone));
    Catalog::Alteration altered{.definition = now->definition(), .command = {}};
    DocumentBuilder command;
    command.append("dropIndexes", now->name().collection).append("index", wanted);
    command.begin_array("indexes");
    std::erase_if(altered.definition.indexes, [&](const IndexDefinition& index) {
      const bool goes = contains(gone, index.keyspace);
      if (goes) command.push(index.spec);
      return goes;
    });
    altered.command = command.end().take();
    return std::optional(std::move(altered));
  };
  CAIRN_RETURN_IF_ERROR(context.catalog.alter(name, change).status());
  result.op_time = OpTime{context.storage.commits().last_op()};
  return result;
}

}  // namespace cairn::api
