// The public Collection: each method hands over to the engine's step that does it.
#include "engine/api/aggregate.h"
#include "engine/api/collection_check.h"
#include "engine/api/explain.h"
#include "engine/api/find.h"
#include "engine/api/indexes/create.h"
#include "engine/api/indexes/drop.h"
#include "engine/api/indexes/listing.h"
#include "engine/api/indexes/rebuild.h"
#include "engine/api/indexes/specification.h"
#include "engine/api/operate.h"
#include "engine/api/query_shapes.h"
#include "engine/api/search_indexes/create.h"
#include "engine/api/search_indexes/drop.h"
#include "engine/api/search_indexes/search.h"
#include "engine/api/transaction_cursor.h"
#include "engine/catalog/search_index_list.h"
#include "engine/catalog/sizes.h"
#include "engine/catalog/view.h"
#include "engine/exec/vector_figures.h"
#include "engine/write/find_and_modify.h"
#include "engine/write/insert.h"
#include "engine/write/remove.h"
#include "engine/write/update.h"

#include <cairn/collection.h>

namespace cairn {

Collection::Collection(Engine* engine, std::string_view database, std::string_view name)
    : engine_(engine), database_(database), name_(name), full_name_(database_ + "." + name_) {}

Result<InsertResult> Collection::insert(std::span<const DocumentView> documents,
                                        const WriteOptions& options) {
  return api::operate(options.operation, [&]() -> Result<InsertResult> {
    CAIRN_RETURN_IF_ERROR(check_writable({database_, name_}));
    write::Context context = engine_->context(options.operation);
    return write::insert(context, {database_, name_}, documents, options);
  });
}

Result<InsertResult> Collection::insert(DocumentView document, const WriteOptions& options) {
  return insert({&document, 1}, options);
}

Result<UpdateResult> Collection::update(std::span<const UpdateStatement> statements,
                                        const WriteOptions& options) {
  return api::operate(options.operation, [&]() -> Result<UpdateResult> {
    CAIRN_RETURN_IF_ERROR(check_writable({database_, name_}));
    write::Context context = engine_->context(options.operation);
    return write::update(context, {database_, name_}, statements, options);
  });
}

Result<UpdateResult> Collection::update(const UpdateStatement& statement,
                                        const WriteOptions& options) {
  return update({&statement, 1}, options);
}

Result<DeleteResult> Collection::remove(std::span<const DeleteStatement> statements,
                                        const WriteOptions& options) {
  return api::operate(options.operation, [&]() -> Result<DeleteResult> {
    CAIRN_RETURN_IF_ERROR(check_writable({database_, name_}));
    write::Context context = engine_->context(options.operation);
    return write::remove(context, {database_, name_}, statements, options);
  });
}

Result<DeleteResult> Collection::remove(const DeleteStatement& statement,
                                        const WriteOptions& options) {
  return remove({&statement, 1}, options);
}

Result<FindAndModifyResult> Collection::find_and_modify(const FindAndModifyStatement& statement,
                                                        const WriteOptions& options) {
  return api::operate(options.operation, [&]() -> Result<FindAndModifyResult> {
    CAIRN_RETURN_IF_ERROR(check_writable({database_, name_}));
    write::Context context = engine_->context(options.operation);
    return write::find_and_modify(context, {database_, name_}, statement, options);
  });
}

Result<Cursor> Collection::find(DocumentView filter, const FindOptions& options) const {
  return api::operate(options.operation, [&] {
    return api::kept_in(options.operation,
                        api::find(*engine_, {database_, name_}, filter, options));
  });
}

Result<std::optional<Document>> Collection::find_one(DocumentView filter,
                                                     const FindOptions& options) const {
  FindOptions one = options;
  one.limit = 1;
  CAIRN_ASSIGN_OR_RETURN(Cursor cursor, find(filter, one));
  CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> found,
                         cursor.next(options.operation.interrupt));
  if (!found) return std::optional<Document>();
  return std::optional<Document>(Document(*found));
}

Result<Cursor> Collection::aggregate(DocumentView pipeline, const AggregateOptions& options) const {
  return api::operate(options.operation, [&] {
    return api::kept_in(options.operation,
                        api::aggregate(*engine_, {database_, name_}, pipeline, options));
  });
}

Result<std::int64_t> Collection::count(DocumentView filter, const CountOptions& options) const {
  return api::operate(options.operation, [&] {
    return api::count(*engine_, {database_, name_}, filter, options);
  });
}

std::int64_t Collection::estimated_count() const {
  const CollectionRef collection = engine_->catalog().find(Namespace{database_, name_});
  if (collection == nullptr || collection->definition().view) return 0;
  return collection->counters().documents();
}

Result<Value> Collection::distinct(std::string_view path, DocumentView filter,
                                   const DistinctOptions& options) const {
  return api::operate(options.operation, [&] {
    return api::distinct(*engine_, {database_, name_}, path, filter, options);
  });
}

Result<Document> Collection::explain_find(DocumentView filter, const FindOptions& options,
                                          Verbosity verbosity) const {
  return api::operate(options.operation, [&] {
    return api::explain_find(*engine_, {database_, name_},
                             {.filter = filter,
                              .sort = options.sort,
                              .projection = options.projection,
                              .skip = options.skip,
                              .limit = options.limit,
                              .hint = options.hint,
                              .allow_disk_use = options.allow_disk_use,
                              .min = options.min,
                              .max = options.max,
                              .return_key = options.return_key},
                             options.operation, verbosity);
  });
}

Result<Document> Collection::explain_aggregate(DocumentView pipeline,
                                               const AggregateOptions& options,
                                               Verbosity verbosity) const {
  return api::operate(options.operation, [&] {
    return api::explain_aggregate(*engine_, {database_, name_}, pipeline, options, verbosity);
  });
}

Result<Document> Collection::explain_count(DocumentView filter, const CountOptions& options,
                                           Verbosity verbosity) const {
  return api::operate(options.operation, [&] {
    return api::explain_count(*engine_, {database_, name_},
                              {.filter = filter,
                               .skip = options.skip,
                               .limit = options.limit,
                               .hint = options.hint,
                               .counts = true},
                              options.operation, verbosity);
  });
}

Result<Document> Collection::explain_distinct(std::string_view path, DocumentView filter,
                                              const DistinctOptions& options,
                                              Verbosity verbosity) const {
  return api::operate(options.operation, [&] {
    return api::explain_find(*engine_, {database_, name_},
                             {.filter = filter, .hint = options.hint, .distinct = path},
                             options.operation, verbosity);
  });
}

Result<Document> Collection::explain_update(const UpdateStatement& statement,
                                            const OperationOptions& operation,
                                            Verbosity verbosity) const {
  return api::operate(operation.interrupt, [&] {
    return api::explain_update(*engine_, {database_, name_}, statement, operation, verbosity);
  });
}

Result<Document> Collection::explain_remove(const DeleteStatement& statement,
                                            const OperationOptions& operation,
                                            Verbosity verbosity) const {
  return api::operate(operation.interrupt, [&] {
    return api::explain_remove(
        *engine_, {database_, name_},
        {.filter = statement.filter, .limit = statement.multi ? 0 : 1, .hint = statement.hint},
        operation, verbosity);
  });
}

Result<Document> Collection::explain_find_and_modify(const FindAndModifyStatement& statement,
                                                     const OperationOptions& operation,
                                                     Verbosity verbosity) const {
  return api::operate(operation.interrupt, [&]() -> Result<Document> {
    if (statement.remove) {
      return api::explain_remove(
          *engine_, {database_, name_},
          {.filter = statement.filter, .sort = statement.sort, .limit = 1, .hint = statement.hint},
          operation, verbosity);
    }
    return explain_update({.filter = statement.filter,
                           .update = statement.update,
                           .upsert = statement.upsert,
                           .array_filters = statement.array_filters,
                           .sort = statement.sort,
                           .hint = statement.hint},
                          operation, verbosity);
  });
}

Status Collection::forget_plans(const std::optional<QueryShape>& shape) const {
  return api::forget_plans(*engine_, {database_, name_}, shape);
}

Status Collection::set_index_filter(const QueryShape& shape, DocumentView indexes) const {
  return api::set_index_filter(*engine_, {database_, name_}, shape, indexes);
}

Status Collection::clear_index_filters(const std::optional<QueryShape>& shape) const {
  return api::clear_index_filters(*engine_, {database_, name_}, shape);
}

Result<std::vector<Document>> Collection::index_filters() const {
  return api::index_filters(*engine_, {database_, name_});
}

void Collection::note_latency(OperationKind kind, std::chrono::microseconds time) const {
  const CollectionRef collection = engine_->catalog().find(Namespace{database_, name_});
  if (collection != nullptr) collection->latency().add(kind, time);
}

Result<std::vector<ListedIndex>> Collection::list_indexes() const {
  const CollectionRef collection = engine_->catalog().find(Namespace{database_, name_});
  if (collection == nullptr) {
    return Status(ErrorCode::kNamespaceNotFound, "ns does not exist: " + full_name_);
  }
  if (collection->definition().view) return is_a_view(*collection);
  std::vector<ListedIndex> listed;
  if (collection->definition().clustered) listed.push_back({clustered_index(*collection), {}});
  for (const IndexDefinition& index : collection->indexes()) {
    ListedIndex& one = listed.emplace_back(api::listed_specification(index.spec));
    if (index.state == IndexState::kBuilding) one.build_uuid = index.build;
  }
  return listed;
}

Result<std::vector<Document>> Collection::indexes() const {
  CAIRN_ASSIGN_OR_RETURN(std::vector<ListedIndex> listed, list_indexes());
  std::vector<Document> specifications;
  for (ListedIndex& index : listed) specifications.push_back(std::move(index.specification));
  return specifications;
}

Result<CreateIndexesResult> Collection::create_indexes(std::span<const DocumentView> specifications,
                                                       const CreateIndexesOptions& options) {
  return api::operate(options.operation, [&] {
    write::Context context = engine_->context(options.operation);
    return api::create_indexes(context, {database_, name_}, specifications, options,
                               engine_->log());
  });
}

Result<std::string> Collection::create_index(DocumentView key, DocumentView options,
                                             const CreateIndexesOptions& creation) {
  DocumentBuilder specification;
  specification.append("key", key);
  std::string name = options["name"].is_string() ? std::string(options["name"].as_string())
                                                 : api::default_name(key);
  specification.append("name", name);
  for (const Element& option : options) {
    if (option.name != "name") specification.append(option.name, option.value);
  }
  const Document complete = specification.take();
  const DocumentView view = complete;
  CAIRN_RETURN_IF_ERROR(create_indexes({&view, 1}, creation).status());
  return name;
}

Result<DropIndexesResult> Collection::drop_indexes(ValueView which) {
  write::Context context = engine_->context();
  return api::drop_indexes(context, {database_, name_}, which);
}

Status Collection::rebuild_indexes(const OperationOptions& operation) {
  write::Context context = engine_->context();
  return api::rebuild_indexes(context, {database_, name_}, operation.interrupt, engine_->log());
}

Result<std::vector<SearchIndexCreated>> Collection::create_search_indexes(
    std::span<const DocumentView> specifications, const OperationOptions& operation) {
  write::Context context = engine_->context();
  return api::create_search_indexes(context, {database_, name_}, specifications,
                                    {operation.interrupt, engine_->log()});
}

Status Collection::update_search_index(const SearchIndexKey& which, DocumentView definition,
                                       const OperationOptions& operation) {
  write::Context context = engine_->context();
  return api::update_search_index(context, {database_, name_}, which, definition,
                                  {operation.interrupt, engine_->log()});
}

Status Collection::drop_search_index(const SearchIndexKey& which) {
  write::Context context = engine_->context();
  return api::drop_search_index(context, {database_, name_}, which);
}

Result<std::vector<ScoredDocument>> Collection::vector_search(
    std::span<const float> query, const VectorSearchOptions& options) const {
  return api::vector_search(*this, query, options);
}

std::vector<Document> Collection::search_indexes() const {
  const CollectionRef collection = engine_->catalog().find(Namespace{database_, name_});
  if (collection == nullptr) return {};
  return list_search_indexes(*collection, [&](const IndexEntry& index, DocumentBuilder& out) {
    exec::append_vector_figures(engine_->storage(), engine_->catalog(), *collection, index, out);
  });
}

Result<CollectionStats> Collection::stats() const {
  const CollectionRef collection = engine_->catalog().find(Namespace{database_, name_});
  if (collection == nullptr) return CollectionStats{};
  if (collection->definition().view) return is_a_view(*collection);
  return collection_stats(engine_->storage().latest(), *collection);
}

Result<ValidationReport> Collection::validate(const OperationOptions& options) const {
  const CollectionRef collection = engine_->catalog().find(Namespace{database_, name_});
  if (collection == nullptr) {
    return Status(ErrorCode::kNamespaceNotFound,
                  "Collection '" + full_name_ + "' does not exist to validate.");
  }
  if (collection->definition().view) return is_a_view(*collection);
  const Snapshot snapshot = engine_->storage().snapshot();
  return api::check_collection(engine_->storage().at(snapshot), *collection, options.interrupt);
}

}  // namespace cairn
