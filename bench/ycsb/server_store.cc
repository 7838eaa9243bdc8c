// Over the wire, by MongoDB's C driver: each thread has a client, and so a connection, of its own.
#include "bench/ycsb/mongoc_library.h"
#include "bench/ycsb/store.h"

#include <utility>

namespace cairn::ycsb {
namespace {

Status to_status(const bson_error_t& error) {
  return {static_cast<ErrorCode>(error.code), error.message};
}

Status not_found(DocumentView filter) {
  return {ErrorCode::kKeyNotFound, "record is not there: " + to_json(filter)};
}

// An address may hold a password.
std::string without_user(const std::string& uri) {
  const std::size_t user = uri.find("//");
  const std::size_t host = uri.rfind('@');
  if (user == std::string::npos || host == std::string::npos) return uri;
  return uri.substr(0, user + 2) + uri.substr(host + 1);
}

template <typename T>
using Owned = std::unique_ptr<T, void (*)(T*)>;

class ServerConnection final : public Connection {
 public:
  ServerConnection(const MongocLibrary& driver, Owned<mongoc_client_t> client)
      : driver_(driver),
        client_(std::move(client)),
        collection_(
            driver.mongoc_client_get_collection(client_.get(), kDatabaseName, kCollectionName),
            driver.mongoc_collection_destroy) {}

  Status insert(std::span<const DocumentView> records) override {
    const auto borrowed = std::make_unique<bson_t[]>(records.size());
    const auto pointers = std::make_unique<const bson_t*[]>(records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
      borrow(records[i], borrowed[i]);
      pointers[i] = &borrowed[i];
    }
    bson_error_t error{};
    const bool done = driver_.mongoc_collection_insert_many(
        collection_.get(), pointers.get(), records.size(), nullptr, nullptr, &error);
    return done ? Status() : to_status(error);
  }

  Status read(std::string_view key) override { return find(key_filter(key), first_only_); }

  Status update(std::string_view key, std::string_view field, std::string_view text) override {
    const Document filter = key_filter(key);
    const Document change = set_field(field, text);
    bson_t filter_bson;
    bson_t change_bson;
    borrow(filter, filter_bson);
    borrow(change, change_bson);
    bson_t reply;
    bson_error_t error{};
    const bool done = driver_.mongoc_collection_update_one(collection_.get(), &filter_bson,
                                                           &change_bson, nullptr, &reply, &error);
    const bool matched =
        done && DocumentView(driver_.bson_get_data(&reply))["matchedCount"].truthy();
    driver_.bson_destroy(&reply);
    if (!done) return to_status(error);
    return matched ? Status() : not_found(filter);
  }

  Status scan(std::string_view first_key, std::int64_t count) override {
    return find(keys_from(first_key), document("sort", document("_id", 1), "limit", count));
  }

  Status drop() {
    bson_error_t error{};
    if (driver_.mongoc_collection_drop(collection_.get(), &error)) return Status();
    const Status status = to_status(error);
    return status.code() == ErrorCode::kNamespaceNotFound ? Status() : status;
  }

 private:
  // Reads all that is found; at least one document must be.
  Status find(const Document& filter, const Document& options) {
    bson_t filter_bson;
    bson_t options_bson;
    borrow(filter, filter_bson);
    borrow(options, options_bson);
    const Owned<mongoc_cursor_t> cursor(
        driver_.mongoc_collection_find_with_opts(collection_.get(), &filter_bson, &options_bson,
                                                 nullptr),
        driver_.mongoc_cursor_destroy);
    const bson_t* record = nullptr;
    std::int64_t found = 0;
    while (driver_.mongoc_cursor_next(cursor.get(), &record)) ++found;
    bson_error_t error{};
    if (driver_.mongoc_cursor_error(cursor.get(), &error)) return to_status(error);
    return found > 0 ? Status() : not_found(filter);
  }

  void borrow(DocumentView document, bson_t& bson) {
    driver_.bson_init_static(&bson, document.data(), document.size());
  }

  const MongocLibrary& driver_;
  Owned<mongoc_client_t> client_;
  Owned<mongoc_collection_t> collection_;
  const Document first_only_ = document("limit", std::int64_t{1}, "singleBatch", true);
};

class ServerStore final : public Store {
 public:
  ServerStore(const MongocLibrary& driver, Owned<mongoc_uri_t> uri, std::string name)
      : driver_(driver), uri_(std::move(uri)), name_(std::move(name)) {}

  std::string name() const override { return name_; }

  Result<std::unique_ptr<Connection>> connect() override {
    CAIRN_ASSIGN_OR_RETURN(auto connection, open());
    return std::unique_ptr<Connection>(std::move(connection));
  }

  Status clear() override {
    CAIRN_ASSIGN_OR_RETURN(const auto connection, open());
    return connection->drop();
  }

 private:
  Result<std::unique_ptr<ServerConnection>> open() {
    Owned<mongoc_client_t> client(driver_.mongoc_client_new_from_uri(uri_.get()),
                                  driver_.mongoc_client_destroy);
    if (client == nullptr) {
      return Status(ErrorCode::kBadValue, "libmongoc refuses this address: " + name_);
    }
    driver_.mongoc_client_set_error_api(client.get(), MONGOC_ERROR_API_VERSION_2);
    return std::make_unique<ServerConnection>(driver_, std::move(client));
  }

  const MongocLibrary& driver_;
  Owned<mongoc_uri_t> uri_;
  const std::string name_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_server(const std::string& uri) {
  CAIRN_ASSIGN_OR_RETURN(const MongocLibrary* driver, load_mongoc());
  bson_error_t error{};
  Owned<mongoc_uri_t> parsed(driver->mongoc_uri_new_with_error(uri.c_str(), &error),
                             driver->mongoc_uri_destroy);
  if (parsed == nullptr) return Status(ErrorCode::kBadValue, error.message);
  return std::unique_ptr<Store>(
      std::make_unique<ServerStore>(*driver, std::move(parsed), without_user(uri)));
}

}  // namespace cairn::ycsb
