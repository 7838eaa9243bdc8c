// A database of one test, its collection `t.c`, and what tests of indexes ask of them.
#pragma once

#include <cairn/database.h>

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cairn {

#define ASSERT_OK(expression)                         \
  do {                                                \
    const ::cairn::Status status_ = (expression);     \
    ASSERT_TRUE(status_.ok()) << status_.to_string(); \
  } while (false)
#define EXPECT_OK(expression)                         \
  do {                                                \
    const ::cairn::Status status_ = (expression);     \
    EXPECT_TRUE(status_.ok()) << status_.to_string(); \
  } while (false)

inline Document json(std::string_view text) {
  auto parsed = from_json(text);
  EXPECT_TRUE(parsed.ok()) << text << ": " << parsed.status().to_string();
  return parsed.ok() ? std::move(*parsed) : Document();
}

// A path in the system's temporary folder that no other process uses; nothing is there yet.
inline std::string temporary_path(const std::string& name) {
  return (std::filesystem::temp_directory_path() / (name + "-" + std::to_string(::getpid())))
      .string();
}

class IndexTest : public ::testing::Test {
 protected:
  void SetUp() override { open("", {.in_memory = true}); }

  void open(const std::string& path, const OpenOptions& options) {
    auto opened = Database::open(path, options);
    ASSERT_OK(opened.status());
    database_ = std::move(*opened);
  }
  Database& database() { return *database_; }
  Collection collection() { return database_->collection("t", "c"); }

  // Of {key, name?, …} in JSON.
  Status create_index(std::string_view specification) {
    const Document given = json(specification);
    DocumentBuilder options;
    for (const Element& option : given) {
      if (option.name != "key") options.append(option.name, option.value);
    }
    return collection().create_index(given["key"].as_document(), options.take()).status();
  }
  Status insert(std::string_view document) {
    const Document one = json(document);
    auto inserted = collection().insert(one);
    if (!inserted.ok()) return inserted.take_status();
    return inserted->errors.empty() ? Status() : inserted->errors.front().status;
  }
  Status update(std::string_view filter, std::string_view change, bool multi = false) {
    const Document query = json(filter);
    const Document update = json(change);
    auto updated = collection().update(
        {.filter = query,
         .update = ValueView(BsonType::kDocument, update.view().data(), update.size()),
         .multi = multi});
    if (!updated.ok()) return updated.take_status();
    return updated->errors.empty() ? Status() : updated->errors.front().status;
  }
  // Puts the document in the place of the one with its `_id`, or beside the others.
  void replace(const Document& after) {
    const Document filter = document("_id", after["_id"]);
    EXPECT_OK(collection()
                  .update({.filter = filter, .update = after.view().as_value(), .upsert = true})
                  .status());
  }
  // Every document against every index and back.
  void expect_sound() {
    const auto report = database_->check();
    ASSERT_OK(report.status());
    EXPECT_TRUE(report->problems.empty()) << report->problems.front();
    entries_ = report->index_entries;
  }
  std::int64_t entries() {
    expect_sound();
    return entries_;
  }

  std::unique_ptr<Database> database_;
  std::int64_t entries_ = 0;
};

}  // namespace cairn
