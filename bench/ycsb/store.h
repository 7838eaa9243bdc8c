// What YCSB runs against: this process's own engine, or any server that MongoDB's C driver can talk
// to.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace cairn::ycsb {

inline constexpr const char* kDatabaseName = "ycsb";
inline constexpr const char* kCollectionName = "usertable";

// One thread's way to the store. Errors are whatever went wrong; a record that should be there and
// is not is one.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual Status insert(std::span<const DocumentView> records) = 0;
  // Reads the whole record.
  virtual Status read(std::string_view key) = 0;
  virtual Status update(std::string_view key, std::string_view field, std::string_view text) = 0;
  // Reads up to `count` records in the order of their keys, from `first_key` on.
  virtual Status scan(std::string_view first_key, std::int64_t count) = 0;
};

class Store {
 public:
  virtual ~Store() = default;
  virtual std::string name() const = 0;
  // Thread-safe. The connection must not outlive the store.
  virtual Result<std::unique_ptr<Connection>> connect() = 0;
  // Drops the collection.
  virtual Status clear() = 0;
};

Result<std::unique_ptr<Store>> open_embedded(const std::filesystem::path& directory,
                                             std::uint64_t memory_bytes);
// Error: BadValue (the URI), NotImplemented (libmongoc is not on this machine), or what the server
// says.
Result<std::unique_ptr<Store>> open_server(const std::string& uri);

// The commands' parts, the same for both.
Document key_filter(std::string_view key);
Document set_field(std::string_view field, std::string_view text);
Document keys_from(std::string_view first_key);

}  // namespace cairn::ycsb
