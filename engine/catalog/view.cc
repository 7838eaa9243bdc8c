#include "engine/catalog/view.h"

#include <cairn/interrupt_scope.h>

#include <memory>
#include <utility>
#include <vector>

namespace cairn {
namespace {

Status too_deep() {
  return {ErrorCode::kViewDepthLimitExceeded,
          "View depth limit exceeded; maximum depth is " + std::to_string(kMaxViewDepth)};
}

Document collation_of(DocumentView options) {
  const ValueView collation = options["collation"];
  return collation.is_document() ? Document(collation.as_document()) : Document();
}

// The other collections of the database that a pipeline reads, at any depth.
void find_sources(DocumentView stages, std::vector<std::string_view>& found) {
  for (const Element& field : stages) {
    if (field.name == "$graphLookup" || field.name == "$lookup" || field.name == "$unionWith") {
      if (field.value.is_string()) found.push_back(field.value.as_string());
      if (field.value.is_document()) {
        for (const std::string_view name : {"from", "coll"}) {
          const ValueView from = field.value.as_document()[name];
          if (from.is_string()) found.push_back(from.as_string());
        }
      }
    }
    if (field.value.is_document() || field.value.is_array()) {
      find_sources(field.value.as_document(), found);
    }
  }
}

std::vector<std::string_view> sources_of(DocumentView options) {
  std::vector<std::string_view> found;
  if (options["viewOn"].is_string()) found.push_back(options["viewOn"].as_string());
  if (options["pipeline"].is_array()) find_sources(options["pipeline"].as_document(), found);
  return found;
}

// Walks the views that a definition stands on and refuses to meet `start` again.
class Descent {
 public:
  Descent(const Catalog& catalog, const Namespace& start) : catalog_(catalog), start_(start) {}

  Status from(DocumentView options, const std::string& trail, int depth) {
    if (depth > kMaxViewDepth) return too_deep();
    CAIRN_RETURN_IF_ERROR(InterruptScope::check());
    for (const std::string_view source : sources_of(options)) {
      const Namespace below{start_.database, source};
      const std::string further = trail + " => " + below.to_string();
      if (below == start_) {
        return {ErrorCode::kGraphContainsCycle,
                "View cycle detected: " + further + " => " + start_.to_string()};
      }
      const CollectionRef collection = catalog_.find(below);
      if (collection == nullptr || !collection->definition().view) continue;
      CAIRN_RETURN_IF_ERROR(from(collection->definition().options, further, depth + 1));
    }
    return Status();
  }

 private:
  const Catalog& catalog_;
  Namespace start_;
};

void append_view(const CollectionEntry& view, DocumentBuilder& list) {
  const DocumentView options = view.definition().options;
  list.push_document().append("_id", view.full_name());
  for (const char* field : {"viewOn", "pipeline", "collation"}) list.append(field, options[field]);
  list.end();
}

// A view over nothing that writes out what there is at this moment.
CollectionRef list_of_views(const Catalog& catalog, const Namespace& name) {
  DocumentBuilder options;
  options.append("viewOn", "").begin_array("pipeline").push_document();
  options.begin_document("$documents").begin_array("$literal");
  bool any = false;
  for (const CollectionRef& collection : catalog.collections(name.database)) {
    if (!collection->definition().view) continue;
    append_view(*collection, options);
    any = true;
  }
  if (!any) return nullptr;
  options.end().end().end().end();
  CollectionDefinition definition;
  definition.view = true;
  definition.options = options.take();
  return std::make_shared<CollectionEntry>(name.to_string(), name.database.size(),
                                           std::move(definition), nullptr,
                                           std::make_shared<CollectionState>());
}

}  // namespace

Status check_view(const Catalog& catalog, const Namespace& name, DocumentView options) {
  CAIRN_RETURN_IF_ERROR(Descent(catalog, name).from(options, name.to_string(), 1));
  const Namespace on{name.database, options["viewOn"].as_string()};
  const CollectionRef below = catalog.find(on);
  if (below == nullptr || !below->definition().view) return Status();
  if (collation_of(options) == collation_of(below->definition().options)) return Status();
  return {ErrorCode::kOptionNotSupportedOnView,
          "View " + name.to_string() + " has conflicting collation with view " + on.to_string()};
}

CollectionRef find_readable(const Catalog& catalog, const Namespace& name) {
  return find_readable(catalog, name, catalog.find(name));
}

CollectionRef find_readable(const Catalog& catalog, const Namespace& name, CollectionRef found) {
  if (found != nullptr || name.collection != kViewsCollection) return found;
  return list_of_views(catalog, name);
}

Status is_a_view(const CollectionEntry& view) {
  return {ErrorCode::kCommandNotSupportedOnView,
          "Namespace " + view.full_name() + " is a view, not a collection"};
}

}  // namespace cairn
