// What storage tests share: a directory that goes away, a store in memory, a clock that stands
// still.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "engine/storage/storage.h"

namespace cairn {

// A fresh directory under the system's temporary one, removed at the end.
class ScratchDirectory {
 public:
  ScratchDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "cairn-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

inline std::unique_ptr<Storage> open_storage(const std::string& path, StorageOptions options = {}) {
  if (options.memory_bytes == StorageOptions{}.memory_bytes) options.memory_bytes = 32 << 20;
  auto storage = Storage::open(path, options);
  EXPECT_TRUE(storage.ok()) << storage.status().to_string();
  return storage.ok() ? std::move(*storage) : nullptr;
}

inline std::unique_ptr<Storage> open_in_memory(StorageOptions options = {}) {
  options.in_memory = true;
  return open_storage("/memory", options);
}

// The value of a key, or "(none)".
inline std::string value_of(const Reader& reader, Family family, std::string_view key) {
  PinnedValue value;
  auto found = reader.get(family, key, value);
  if (!found.ok()) return "(error: " + found.status().to_string() + ")";
  return *found ? std::string(value.view()) : "(none)";
}

// Every oplog row, decoded: its views borrow from `keep`.
struct OplogRows {
  std::vector<std::pair<std::string, std::string>> keep;
  std::vector<ChangeRow> rows;
};

inline OplogRows read_oplog(const Reader& reader) {
  OplogRows all;
  KeyCursor cursor = reader.scan(Family::kOplog, {});
  for (cursor.seek_first(); cursor.valid(); cursor.next()) {
    all.keep.emplace_back(cursor.key(), cursor.value());
  }
  EXPECT_TRUE(cursor.status().ok());
  for (const auto& [key, value] : all.keep) {
    auto row = decode_change(key, value);
    EXPECT_TRUE(row.ok()) << row.status().to_string();
    if (row.ok()) all.rows.push_back(*row);
  }
  return all;
}

#define EXPECT_OK(expression)                         \
  do {                                                \
    const ::cairn::Status status_ = (expression);     \
    EXPECT_TRUE(status_.ok()) << status_.to_string(); \
  } while (false)
#define ASSERT_OK(expression)                         \
  do {                                                \
    const ::cairn::Status status_ = (expression);     \
    ASSERT_TRUE(status_.ok()) << status_.to_string(); \
  } while (false)

}  // namespace cairn
