// In process, by the public API.
#include "bench/ycsb/store.h"

#include <cairn/database.h>

#include <utility>

namespace cairn::ycsb {
namespace {

Status not_found(std::string_view key) {
  return {ErrorCode::kKeyNotFound, "record is not there: " + std::string(key)};
}

class EmbeddedConnection final : public Connection {
 public:
  explicit EmbeddedConnection(Collection collection) : collection_(std::move(collection)) {}

  Status insert(std::span<const DocumentView> records) override {
    CAIRN_ASSIGN_OR_RETURN(const InsertResult result, collection_.insert(records));
    return result.errors.empty() ? Status() : result.errors.front().status;
  }

  Status read(std::string_view key) override {
    CAIRN_ASSIGN_OR_RETURN(const auto record, collection_.find_one(key_filter(key)));
    return record ? Status() : not_found(key);
  }

  Status update(std::string_view key, std::string_view field, std::string_view text) override {
    const Document filter = key_filter(key);
    const Value change = Value::document(set_field(field, text));
    CAIRN_ASSIGN_OR_RETURN(
        const UpdateResult result,
        collection_.update({.filter = filter, .update = change, .require_operators = true}));
    if (!result.errors.empty()) return result.errors.front().status;
    return result.outcomes.front().matched == 1 ? Status() : not_found(key);
  }

  Status scan(std::string_view first_key, std::int64_t count) override {
    const Document sort = document("_id", 1);
    CAIRN_ASSIGN_OR_RETURN(Cursor cursor,
                           collection_.find(keys_from(first_key), {.sort = sort, .limit = count}));
    std::int64_t read = 0;
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const auto record, cursor.next());
      if (!record) return read > 0 ? Status() : not_found(first_key);
      ++read;
    }
  }

 private:
  Collection collection_;
};

class EmbeddedStore final : public Store {
 public:
  explicit EmbeddedStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}
  std::string name() const override { return "embedded"; }
  Result<std::unique_ptr<Connection>> connect() override {
    return std::unique_ptr<Connection>(std::make_unique<EmbeddedConnection>(
        database_->collection(kDatabaseName, kCollectionName)));
  }
  Status clear() override {
    return database_->drop_collection(kDatabaseName, kCollectionName).status();
  }

 private:
  std::unique_ptr<Database> database_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_embedded(const std::filesystem::path& directory,
                                             std::uint64_t memory_bytes) {
  CAIRN_ASSIGN_OR_RETURN(auto database, Database::open(directory, {.memory_bytes = memory_bytes}));
  return std::unique_ptr<Store>(std::make_unique<EmbeddedStore>(std::move(database)));
}

Document key_filter(std::string_view key) { return document("_id", key); }

Document set_field(std::string_view field, std::string_view text) {
  return document("$set", document(field, text));
}

Document keys_from(std::string_view first_key) {
  return document("_id", document("$gte", first_key));
}

}  // namespace cairn::ycsb
