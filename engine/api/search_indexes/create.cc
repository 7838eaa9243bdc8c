// A search index is built as any other is (records/build), beside writers, and belongs to the
// collection once it is published: its definition, the building, and its entries go with it.
#include "engine/api/search_indexes/create.h"

#include "engine/api/search_indexes/drop.h"
#include "engine/catalog/vector_filters.h"

#include <cairn/thread_wait.h>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace cairn::api {
namespace {

constexpr std::string_view kDefaultName = "default";
constexpr std::chrono::milliseconds kGraphPoll(10);

Status bad(std::string_view place, std::string_view what) {
  return {ErrorCode::kBadValue, fmt::format("\"{}\" {}", place, what)};
}

Status check_type(ValueView type, std::string_view place) {
  const std::string path = fmt::format("{}.type", place);
  if (type.has_value() && !type.is_string()) return bad(path, "must be a string");
  const std::string_view name = type.has_value() ? type.as_string() : "search";
  if (name == "search") {
    return {
        ErrorCode::kSearchNotEnabled,
        "Cairn has no search indexes of type \"search\": ask $text through a text index, or make "
        "one of type \"vectorSearch\""};
  }
  if (name != "vectorSearch") return bad(path, "must be one of [search, vectorSearch]");
  return Status();
}

Status check_definition(ValueView definition, const std::string& place) {
  if (!definition.has_value()) return bad(place, "is required");
  if (!definition.is_document()) return bad(place, "must be a document");
  return VectorSpec::parse(definition.as_document(), place).status();
}

Document specification_of(std::string_view id, std::string_view name, std::int64_t version,
                          ValueView definition) {
  return document("id", id, "name", name, "type", "vectorSearch", "version", version, "createdAt",
                  Date::now(), "definition", definition, kFilterRows, kFilterRowsOfAll);
}

// {name, type, definition} with an id of its own.
Result<Document> complete(DocumentView given, const std::string& place) {
  for (const Element& member : given) {
    if (member.name == "name" || member.name == "type" || member.name == "definition") continue;
    return Status(ErrorCode::kBadValue,
                  fmt::format("\"{}\" unrecognized field \"{}\"", place, member.name));
  }
  const ValueView name = given["name"];
  if (name.has_value() && (!name.is_string() || name.as_string().empty())) {
    return bad(fmt::format("{}.name", place), "must be a string that is not empty");
  }
  CAIRN_RETURN_IF_ERROR(check_type(given["type"], place));
  CAIRN_RETURN_IF_ERROR(check_definition(given["definition"], fmt::format("{}.definition", place)));
  return specification_of(ObjectId::generate().to_hex(),
                          name.has_value() ? name.as_string() : kDefaultName, 0,
                          given["definition"]);
}

Result<IndexDefinition> new_index(write::Context& context, Document specification) {
  CAIRN_ASSIGN_OR_RETURN(const Keyspace keyspace, context.storage.keyspaces().allocate());
  std::string name(specification["name"].as_string());
  return IndexDefinition{.name = std::move(name),
                         .keyspace = keyspace,
                         .spec = std::move(specification),
                         .state = IndexState::kBuilding};
}

const IndexDefinition* find_named(const CollectionDefinition& definition, std::string_view name) {
  for (const IndexDefinition& index : definition.search_indexes) {
    if (index.name == name) return &index;
  }
  return nullptr;
}

// Publishes what `alter` adds to a collection's definition, and builds it.
class SearchIndexCreation {
 public:
  SearchIndexCreation(write::Context& context, const Namespace& name,
                      const records::BuildOptions& options)
      : context_(context), name_(name), options_(options) {}

  // `add(definition, fresh)` adds the new indexes and their keyspaces; may be called again.
  template <typename Add>
  Status run(std::string_view command_name, const Add& add) {
    CAIRN_ASSIGN_OR_RETURN(const bool any, adds_any(add));
    if (!any) return Status();
    CAIRN_ASSIGN_OR_RETURN(const BuildTurns::Turn turn, context_.catalog.build_turns().take());
    std::optional<records::IndexBuild> build;
    Document command;
    const Catalog::Change change =
        [&](const CollectionRef& now) -> Result<std::optional<Catalog::Alteration>> {
      Catalog::Alteration altered{.definition = now->definition(),
                                  .command = document(command_name, now->name().collection)};
      std::vector<Keyspace> fresh;
      CAIRN_RETURN_IF_ERROR(add(altered.definition, fresh));
      if (fresh.empty()) return std::optional<Catalog::Alteration>();
      command = altered.command;
      build.emplace(context_.storage, context_.catalog, options_);
      build->start(now, std::move(fresh));
      return std::optional(std::move(altered));
    };
    CAIRN_RETURN_IF_ERROR(context_.catalog.alter(name_, change).status());
    return build ? build->run(command) : Status();
  }

  // Until an index that somebody else makes is ready, or gone.
  Status wait(std::string_view id) const {
    std::optional<ThreadWait> waits;
    while (true) {
      const CollectionRef now = context_.catalog.find(name_);
      if (now == nullptr) return Status();
      const auto building = [&](const IndexDefinition& index) {
        return index.state == IndexState::kBuilding && index.spec["id"].as_string() == id;
      };
      if (std::ranges::none_of(now->definition().search_indexes, building)) return Status();
      if (options_.interrupt != nullptr) CAIRN_RETURN_IF_ERROR(options_.interrupt->check());
      if (!waits) waits.emplace();
      std::this_thread::sleep_for(kGraphPoll);
    }
  }

 private:
  // Whether there is anything to build: asked beside writers and transactions.
  template <typename Add>
  Result<bool> adds_any(const Add& add) const {
    const CollectionRef now = context_.catalog.find(name_);
    if (now == nullptr) return true;  // which is told later
    CollectionDefinition definition = now->definition();
    std::vector<Keyspace> fresh;
    CAIRN_RETURN_IF_ERROR(add(definition, fresh));
    return !fresh.empty();
  }

  write::Context& context_;
  const Namespace& name_;
  const records::BuildOptions& options_;
};

// Builds an index of `wanted`'s definition, which then takes the place of the one named. Does
// nothing where that has this definition and everything that belongs to it.
Status replace(write::Context& context, const Namespace& name, const SearchIndexKey& which,
               const Document& wanted, const records::BuildOptions& options) {
  SearchIndexCreation creation(context, name, options);
  const auto add = [&](CollectionDefinition& altered, std::vector<Keyspace>& fresh) -> Status {
    const auto named = [&](const IndexDefinition& index) { return is_named(index, which); };
    const auto old = std::ranges::find_if(altered.search_indexes, named);
    if (old == altered.search_indexes.end()) return no_search_index(name, which);
    if (std::ranges::count_if(altered.search_indexes, named) > 1) {
      return {ErrorCode::kCommandFailed, fmt::format("Index {} is being updated.", old->name)};
    }
    const bool same = compare(old->spec["definition"], wanted["definition"]) == 0;
    if (same && !lacks_filter_rows(old->spec)) return Status();
    CAIRN_ASSIGN_OR_RETURN(
        IndexDefinition index,
        new_index(context, specification_of(old->spec["id"].as_string(), old->name,
                                            old->spec["version"].to_int64_clamped() + 1,
                                            wanted["definition"])));
    fresh.push_back(index.keyspace);
    altered.search_indexes.push_back(std::move(index));
    return Status();
  };
  return creation.run("updateSearchIndex", add);
}

}  // namespace

Result<std::vector<SearchIndexCreated>> create_search_indexes(
    write::Context& context, const Namespace& name, std::span<const DocumentView> specifications,
    const records::BuildOptions& options) {
  CAIRN_RETURN_IF_ERROR(searched_collection(context, name).status());
  std::vector<Document> wanted;
  for (std::size_t i = 0; i < specifications.size(); ++i) {
    CAIRN_ASSIGN_OR_RETURN(wanted.emplace_back(),
                           complete(specifications[i], fmt::format("userCommand.indexes[{}]", i)));
  }
  std::vector<SearchIndexCreated> made;
  SearchIndexCreation creation(context, name, options);
  const auto add = [&](CollectionDefinition& definition, std::vector<Keyspace>& fresh) -> Status {
    made.clear();
    for (const Document& one : wanted) {
      const std::string_view its_name = one["name"].as_string();
      const IndexDefinition* same = find_named(definition, its_name);
      if (same != nullptr && compare(same->spec["definition"], one["definition"]) != 0) {
        return {ErrorCode::kIndexAlreadyExists,
                fmt::format("Index {} already exists with a different definition. Drop it first if "
                            "needed.",
                            its_name)};
      }
      if (same == nullptr) {
        CAIRN_ASSIGN_OR_RETURN(IndexDefinition index, new_index(context, one));
        fresh.push_back(index.keyspace);
        definition.search_indexes.push_back(std::move(index));
        same = &definition.search_indexes.back();
      }
      made.push_back({std::string(same->spec["id"].as_string()), std::string(its_name)});
    }
    return Status();
  };
  CAIRN_RETURN_IF_ERROR(creation.run("createSearchIndexes", add));
  for (const SearchIndexCreated& one : made) CAIRN_RETURN_IF_ERROR(creation.wait(one.id));
  return made;
}

Status update_search_index(write::Context& context, const Namespace& name,
                           const SearchIndexKey& which, DocumentView definition,
                           const records::BuildOptions& options) {
  CAIRN_RETURN_IF_ERROR(searched_collection(context, name).status());
  CAIRN_RETURN_IF_ERROR(VectorSpec::parse(definition, "userCommand.definition").status());
  return replace(context, name, which, document("definition", definition), options);
}

Status renew_search_indexes(write::Context& context, const records::BuildOptions& options) {
  for (const std::string& database : context.catalog.databases()) {
    for (const CollectionRef& collection : context.catalog.collections(database)) {
      for (const IndexDefinition& index : collection->definition().search_indexes) {
        if (!lacks_filter_rows(index.spec)) continue;
        const SearchIndexKey which{.name = index.name};
        CAIRN_RETURN_IF_ERROR(replace(context, collection->name(), which,
                                      document("definition", index.spec["definition"]), options));
      }
    }
  }
  return Status();
}

}  // namespace cairn::api
