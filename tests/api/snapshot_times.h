// What tests of earlier times share: what a collection holds, as it was then or is now.
#pragma once

#include <cairn/database.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace cairn {

inline std::unique_ptr<Database> open(OpenOptions options = {}) {
  options.in_memory = true;
  auto database = Database::open("", options);
  EXPECT_TRUE(database.ok()) << database.status().to_string();
  return database.ok() ? std::move(*database) : nullptr;
}

inline Document json(const std::string& text) {
  auto parsed = from_json(text);
  EXPECT_TRUE(parsed.ok()) << text;
  return parsed.ok() ? std::move(*parsed) : Document();
}

// Every document as text, bytes and all, by the text of its `_id`.
using State = std::map<std::string, std::string>;

inline State state_of(const Collection& collection, const std::string& filter,
                      const Transaction* transaction, const std::string& hint = "") {
  State state;
  const Document asked = json(filter);
  const Document hinted = hint.empty() ? Document() : json(hint);
  FindOptions options;
  if (!hint.empty()) options.hint = hinted.view().as_value();
  options.operation.transaction = transaction;
  auto cursor = collection.find(asked, options);
  EXPECT_TRUE(cursor.ok()) << cursor.status().to_string();
  while (cursor.ok()) {
    auto next = cursor->next();
    EXPECT_TRUE(next.ok()) << next.status().to_string();
    if (!next.ok() || !*next) break;
    const auto [at, fresh] = state.emplace(to_json((**next)["_id"], JsonMode::kCanonical),
                                           to_json(**next, JsonMode::kCanonical));
    EXPECT_TRUE(fresh) << "twice: " << at->first;
  }
  return state;
}

inline void expect_same(const State& is, const State& should_be, const std::string& what) {
  EXPECT_EQ(is.size(), should_be.size()) << what;
  for (const auto& [id, document] : should_be) {
    const auto at = is.find(id);
    ASSERT_NE(at, is.end()) << what << ": no " << document;
    ASSERT_EQ(at->second, document) << what;
  }
}

class SnapshotTimes : public testing::Test {
 protected:
  // The time at which what was done by then is true.
  OpTime now() const { return database_->last_op_time(); }

  OpTime insert(const std::string& document) {
    const auto inserted = a_.insert(json(document));
    EXPECT_TRUE(inserted.ok()) << inserted.status().to_string();
    return inserted->op_time;
  }

  OpTime update(const std::string& filter, const std::string& change) {
    const Document asked = json(filter);
    const Document wanted = json(change);
    const auto updated =
        a_.update(UpdateStatement{.filter = asked, .update = wanted.view().as_value()});
    EXPECT_TRUE(updated.ok() && updated->errors.empty());
    return updated->op_time;
  }

  void expect_at(OpTime time, const std::vector<std::string>& documents) {
    auto snapshot = database_->read_snapshot(time);
    ASSERT_TRUE(snapshot.ok()) << snapshot.status().to_string();
    State expected;
    for (const std::string& text : documents) {
      const Document document = json(text);
      expected.emplace(to_json(document["_id"], JsonMode::kCanonical),
                       to_json(document, JsonMode::kCanonical));
    }
    expect_same(state_of(a_, "{}", &*snapshot), expected, text_of(time));
  }

  static std::string text_of(OpTime time) {
    return fmt::format("{}.{}", time.timestamp().seconds, time.timestamp().increment);
  }

  std::unique_ptr<Database> database_ = open();
  Collection a_ = database_->collection("t", "a");
  Collection b_ = database_->collection("u", "b");
};

}  // namespace cairn
