#include "engine/api/query_shapes.h"

#include "engine/catalog/view.h"
#include "engine/exec/sort_order.h"
#include "engine/match/matcher.h"
#include "engine/plan/shape.h"
#include "engine/project/projection.h"

#include <algorithm>

namespace cairn::api {
namespace {

struct Shapes {
  std::string of_plans;
  std::string of_filters;
  Document collation;
};

// Null where there is none. Error: CommandNotSupportedOnView.
Result<CollectionRef> find_collection(Engine& engine, const Namespace& name) {
  CollectionRef found = engine.catalog().find(name);
  if (found != nullptr && found->definition().view) return is_a_view(*found);
  return found;
}

bool has_text_index(const CollectionEntry& collection) {
  const auto indexes = collection.index_entries();
  return std::any_of(indexes.begin(), indexes.end(), [](const IndexEntry& index) {
    return index.kind() == IndexKind::kText && index.ready();
  });
}

// What no query can have is no shape of one.
Status check_parts(const QueryShape& shape, const expr::Surroundings& around) {
  if (!shape.sort.empty() && shape.sort["$natural"].missing()) {
    CAIRN_RETURN_IF_ERROR(exec::SortOrder::parse(shape.sort, nullptr).status());
  }
  return project::Projection::parse(shape.projection, project::Language::kFind, around.scope())
      .status();
}

Result<Shapes> shapes_of(Engine& engine, const CollectionEntry& collection,
                         const QueryShape& shape) {
  CAIRN_ASSIGN_OR_RETURN(
      const expr::Surroundings around,
      expr::Surroundings::of({}, shape.collation, engine.last_op_time().timestamp()));
  CAIRN_ASSIGN_OR_RETURN(
      const match::Matcher matcher,
      match::Matcher::parse(
          shape.query,
          {.bindings = &around.bindings,
           .collation = shape.collation.empty() ? collection.collation() : around.collation}));
  if (matcher.text() != nullptr && !has_text_index(collection)) {
    return Status(ErrorCode::kIndexNotFound, "text index required for $text query");
  }
  CAIRN_RETURN_IF_ERROR(check_parts(shape, around));
  Shapes shapes{.of_plans = plan::shape_of(matcher, shape.sort, shape.projection),
                .of_filters = plan::filter_shape_of(matcher, shape.sort, shape.projection),
                .collation = {}};
  if (around.collation != nullptr) shapes.collation = around.collation->specification();
  return shapes;
}

Status read_indexes(DocumentView indexes, IndexFilter& filter) {
  for (const Element& index : indexes) {
    if (index.value.is_string()) {
      filter.names.emplace_back(index.value.as_string());
    } else if (!index.value.is_document()) {
      return {ErrorCode::kBadValue, "each item in indexes must be an object or string"};
    } else if (index.value.as_document().empty()) {
      return {ErrorCode::kBadValue, "index specification cannot be empty"};
    } else {
      filter.patterns.emplace_back(index.value.as_document());
    }
  }
  return Status();
}

Document shown(const IndexFilter& filter) {
  DocumentBuilder out;
  out.append("query", filter.query).append("sort", filter.sort);
  out.append("projection", filter.projection);
  if (!filter.collation.empty()) out.append("collation", filter.collation);
  out.begin_array("indexes");
  for (const Document& pattern : filter.patterns) out.push(pattern.view());
  for (const std::string& name : filter.names) out.push(name);
  out.end();
  return out.take();
}

}  // namespace

Status forget_plans(Engine& engine, const Namespace& name, const std::optional<QueryShape>& shape) {
  CAIRN_ASSIGN_OR_RETURN(const CollectionRef collection, find_collection(engine, name));
  if (collection == nullptr) return Status();
  if (!shape) {
    collection->plan_memory().forget();
    return Status();
  }
  CAIRN_ASSIGN_OR_RETURN(const Shapes shapes, shapes_of(engine, *collection, *shape));
  collection->plan_memory().forget(shapes.of_plans);
  return Status();
}

Status set_index_filter(Engine& engine, const Namespace& name, const QueryShape& shape,
                        DocumentView indexes) {
  CAIRN_ASSIGN_OR_RETURN(const CollectionRef collection, find_collection(engine, name));
  if (collection == nullptr) return {ErrorCode::kBadValue, "no such collection"};
  IndexFilter filter;
  CAIRN_RETURN_IF_ERROR(read_indexes(indexes, filter));
  CAIRN_ASSIGN_OR_RETURN(Shapes shapes, shapes_of(engine, *collection, shape));
  filter.query = Document(shape.query);
  filter.sort = Document(shape.sort);
  filter.projection = Document(shape.projection);
  filter.collation = std::move(shapes.collation);
  collection->index_filters().set(shapes.of_filters, std::move(filter));
  // Many shapes of plans are one shape here.
  collection->plan_memory().forget();
  return Status();
}

Status clear_index_filters(Engine& engine, const Namespace& name,
                           const std::optional<QueryShape>& shape) {
  CAIRN_ASSIGN_OR_RETURN(const CollectionRef collection, find_collection(engine, name));
  if (collection == nullptr) return Status();
  if (shape) {
    CAIRN_ASSIGN_OR_RETURN(const Shapes shapes, shapes_of(engine, *collection, *shape));
    collection->index_filters().clear(shapes.of_filters);
  } else {
    collection->index_filters().clear();
  }
  collection->plan_memory().forget();
  return Status();
}

Result<std::vector<Document>> index_filters(Engine& engine, const Namespace& name) {
  CAIRN_ASSIGN_OR_RETURN(const CollectionRef collection, find_collection(engine, name));
  std::vector<Document> all;
  if (collection == nullptr) return all;
  for (const IndexFilterPtr& filter : collection->index_filters().all()) {
    all.push_back(shown(*filter));
  }
  return all;
}

}  // namespace cairn::api
