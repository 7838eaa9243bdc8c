// The public Database: opening, collections, databases, durability.
#include "engine/api/aggregate.h"
#include "engine/api/convert_to_capped.h"
#include "engine/api/create_collection.h"
#include "engine/api/engine.h"
#include "engine/api/image_lifetime.h"
#include "engine/api/modify_collection.h"
#include "engine/api/operate.h"
#include "engine/api/search_indexes/create.h"
#include "engine/api/status_report.h"
#include "engine/api/transaction_cursor.h"
#include "engine/catalog/sizes.h"
#include "engine/exec/vector_index.h"
#include "engine/records/build/index_build.h"

#include <cairn/database.h>

#include <algorithm>

namespace cairn {
namespace {

std::int64_t milliseconds_now() { return Date::now().milliseconds; }

CollectionInfo describe(const CollectionEntry& collection) {
  CollectionInfo info;
  info.name = collection.name().collection;
  info.type = collection.definition().view       ? "view"
              : collection.rules().time_series() ? "timeseries"
                                                 : "collection";
  info.options = collection.definition().options;
  info.uuid = collection.uuid();
  info.read_only = collection.definition().view;
  if (collection.rules().time_series()) return info;
  if (const IndexDefinition* index = collection.id_index()) info.id_index = index->spec;
  return info;
}

// What dropping `system.views` does to MongoDB's views.
Result<Database::DropResult> drop_views(Engine& engine, std::string_view database) {
  Database::DropResult result;
  for (const CollectionRef& collection : engine.catalog().collections(database)) {
    if (!collection->definition().view) continue;
    const auto dropped = engine.catalog().drop(collection->name());
    if (!dropped.ok() && dropped.status().code() == ErrorCode::kNamespaceNotFound) continue;
    if (!dropped.ok()) return dropped.status();
    result = {.dropped = true, .indexes_were = 1, .op_time = {dropped->op}};
  }
  return result;
}

}  // namespace

Database::Database(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& path,
                                                 const OpenOptions& options) {
  StorageOptions storage_options;
  storage_options.memory_bytes = options.memory_bytes;
  storage_options.in_memory = options.in_memory;
  storage_options.read_only = options.read_only;
  storage_options.create_if_missing = options.create_if_missing;
  storage_options.oplog_bytes = options.oplog_bytes;
  storage_options.oplog_min_hours = options.oplog_min_hours;
  storage_options.log = options.log;
  storage_options.at_step = options.at_step;
  // In memory the path is only a name, and RocksDB wants an absolute one.
  const std::string where = options.in_memory ? "/in-memory" : path.string();
  CAIRN_ASSIGN_OR_RETURN(auto storage, Storage::open(where, storage_options));
  CAIRN_ASSIGN_OR_RETURN(auto catalog, Catalog::load(*storage));
  CAIRN_ASSIGN_OR_RETURN(auto keys, keys::KeyStore::load(*storage, milliseconds_now));
  auto engine = std::make_unique<Engine>(std::move(storage), std::move(catalog), std::move(keys));
  CAIRN_RETURN_IF_ERROR(api::load_image_lifetime(*engine));
  if (!options.read_only) {
    CAIRN_RETURN_IF_ERROR(records::remove_unfinished(engine->catalog(), engine->log()));
    write::Context context = engine->context();
    CAIRN_RETURN_IF_ERROR(api::renew_search_indexes(context, {.log = engine->log()}));
    CAIRN_RETURN_IF_ERROR(engine->retries().remove_stale(write::RetryTable::kKeptMs));
    engine->start_maintenance();
  }
  return std::unique_ptr<Database>(new Database(std::move(engine)));
}

Collection Database::collection(std::string_view database, std::string_view name) {
  return Collection(engine_.get(), database, name);
}

Result<OpTime> Database::create_collection(std::string_view database, std::string_view name,
                                           const CreateCollectionOptions& options) {
  const OperationOptions operation{.transaction = options.transaction};
  return api::operate(operation, [&]() -> Result<OpTime> {
    write::Context context = engine_->context(operation);
    CAIRN_RETURN_IF_ERROR(
        api::create_collection(*engine_, context, {database, name}, options.options));
    return last_op_time();
  });
}

Result<Database::ModifyResult> Database::modify_collection(std::string_view database,
                                                           std::string_view name,
                                                           DocumentView changes) {
  CAIRN_ASSIGN_OR_RETURN(Document changed,
                         api::modify_collection(*engine_, {database, name}, changes));
  return ModifyResult{std::move(changed), last_op_time()};
}

std::vector<Database::IndexBuildInfo> Database::index_builds() const {
  std::vector<IndexBuildInfo> builds;
  for (const std::string& database : engine_->catalog().databases()) {
    for (const CollectionRef& collection : engine_->catalog().collections(database)) {
      IndexBuildInfo build;
      for (const IndexEntry& index : collection->index_entries()) {
        if (index.ready()) continue;
        build.indexes.push_back(index.name());
        build.documents_done = index.shared().build_done;
        build.documents_total = index.shared().build_total;
      }
      if (build.indexes.empty()) continue;
      build.database = database;
      build.collection = collection->name().collection;
      builds.push_back(std::move(build));
    }
  }
  return builds;
}

Result<OpTime> Database::clone_as_capped(std::string_view database, std::string_view from,
                                         std::string_view to, std::int64_t bytes,
                                         const Interrupt* interrupt) {
  CAIRN_RETURN_IF_ERROR(
      api::clone_as_capped(*engine_, {database, from}, {database, to}, bytes, interrupt));
  return last_op_time();
}

Result<OpTime> Database::convert_to_capped(std::string_view database, std::string_view name,
                                           std::int64_t bytes, const Interrupt* interrupt) {
  CAIRN_RETURN_IF_ERROR(api::convert_to_capped(*engine_, {database, name}, bytes, interrupt));
  return last_op_time();
}

Result<Database::DropResult> Database::drop_collection(std::string_view database,
                                                       std::string_view name) {
  CAIRN_RETURN_IF_ERROR(check_namespace({database, name}));
  if (name == kViewsCollection) return drop_views(*engine_, database);
  auto dropped = engine_->catalog().drop({database, name});
  if (dropped.ok()) {
    return DropResult{true, static_cast<std::int64_t>(dropped->indexes), {dropped->op}};
  }
  if (dropped.status().code() == ErrorCode::kNamespaceNotFound) return DropResult{};
  return dropped.take_status();
}

Result<Database::DropResult> Database::drop_database(std::string_view database) {
  CAIRN_RETURN_IF_ERROR(check_database_name(database));
  const bool existed = engine_->catalog().database_exists(database);
  CAIRN_RETURN_IF_ERROR(engine_->catalog().drop_database(database).status());
  return DropResult{existed, 0, last_op_time()};
}

Result<OpTime> Database::rename_collection(std::string_view from_database,
                                           std::string_view from_name, std::string_view to_database,
                                           std::string_view to_name, const RenameOptions& options) {
  CAIRN_RETURN_IF_ERROR(engine_->catalog().rename(
      {from_database, from_name}, {to_database, to_name}, {.drop_target = options.drop_target}));
  return last_op_time();
}

std::vector<DatabaseInfo> Database::list_databases() const {
  std::vector<DatabaseInfo> databases;
  for (const std::string& name : engine_->catalog().databases()) {
    const DatabaseStats total = stats(name);
    databases.push_back({name, total.storage_bytes + total.index_bytes, total.documents == 0});
  }
  return databases;
}

std::vector<CollectionInfo> Database::list_collections(std::string_view database) const {
  std::vector<CollectionInfo> collections;
  for (const CollectionRef& collection : engine_->catalog().collections(database)) {
    collections.push_back(describe(*collection));
  }
  return collections;
}

DatabaseStats Database::stats(std::string_view database) const {
  DatabaseStats total;
  const Reader reader = engine_->storage().latest();
  for (const CollectionRef& collection : engine_->catalog().collections(database)) {
    const CollectionStats stats = collection_stats(reader, *collection);
    ++(collection->definition().view ? total.views : total.collections);
    total.documents += stats.documents;
    total.bytes += stats.bytes;
    total.storage_bytes += stats.storage_bytes;
    total.indexes += static_cast<std::int64_t>(stats.index_bytes.size());
    for (const auto& [name, bytes] : stats.index_bytes) total.index_bytes += bytes;
  }
  return total;
}

Result<Cursor> Database::aggregate(std::string_view database, DocumentView pipeline,
                                   const AggregateOptions& options) {
  CAIRN_RETURN_IF_ERROR(check_database_name(database));
  return api::operate(options.operation, [&] {
    return api::kept_in(options.operation,
                        api::aggregate(*engine_, {database, ""}, pipeline, options));
  });
}

Status Database::end_session(const SessionId& session) {
  return engine_->retries().end_session(session);
}

OpTime Database::last_op_time() const { return engine_->last_op_time(); }

void Database::commit_pending() { engine_->storage().commits().lead_staged(); }

Status Database::wait_durable(OpTime op) {
  return engine_->storage().syncer().wait_durable(op.value);
}

void Database::on_durable(OpTime op, std::function<void(Status)> callback) {
  engine_->storage().syncer().on_durable(op.value, std::move(callback));
}

Document Database::engine_status() const {
  const Engine::DocumentExpiry ttl = engine_->document_expiry();
  std::size_t vector_bytes = 0;
  for (const std::shared_ptr<IndexCache>& cache : engine_->catalog().caches().all()) {
    vector_bytes += static_cast<const exec::VectorIndex&>(*cache).figures().bytes;
  }
  return api::status_report(engine_->storage().statistics(), engine_->keys().counts(),
                            {.deleted = ttl.deleted, .passes = ttl.passes, .skipped = ttl.skipped},
                            vector_bytes);
}

std::string_view version() { return CAIRN_VERSION; }

}  // namespace cairn
