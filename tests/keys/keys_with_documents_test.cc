// Documents and keys in one commit: both or neither, whatever the write and whyever it is refused.
#include <cairn/database.h>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace cairn {
namespace {

class KeysWithDocuments : public testing::Test {
 protected:
  KeysWithDocuments() : database_(std::move(*Database::open("", {.in_memory = true}))) {}

  Collection jobs() { return database_->collection("work", "jobs"); }
  std::optional<std::string> key(std::string_view name) {
    return *database_->key_value("keys").get(name);
  }
  std::int64_t documents() { return *jobs().count(); }
  void insert(int id) { ASSERT_EQ(jobs().insert(document("_id", id, "n", 0))->inserted, 1); }

  static KeyBatch absent(std::string_view name) {
    KeyBatch batch;
    batch.set("keys", name, "taken", {.condition = KeyCondition::kAbsent});
    return batch;
  }
  static KeyBatch counted() {
    KeyBatch batch;
    batch.increment("keys", "count", 1);
    return batch;
  }

  std::unique_ptr<Database> database_;
};

TEST_F(KeysWithDocuments, AnInsertedDocumentAndItsKeys) {
  const KeyBatch keys = counted();
  const auto inserted = jobs().insert(document("_id", 1), {.keys = &keys});
  ASSERT_TRUE(inserted.ok());
  EXPECT_EQ(inserted->inserted, 1);
  EXPECT_TRUE(inserted->keys.done);
  ASSERT_EQ(inserted->keys.outcomes.size(), 1u);
  EXPECT_EQ(inserted->keys.outcomes[0].number, 1);
  EXPECT_EQ(inserted->keys.op_time, inserted->op_time);
  EXPECT_EQ(key("count"), "1");
}

TEST_F(KeysWithDocuments, AConditionThatDoesNotHoldRefusesTheWrite) {
  const KeyBatch once = absent("message-7");
  ASSERT_TRUE(jobs().insert(document("_id", 1), {.keys = &once}).ok());
  KeyBatch again = counted();
  again.set("keys", "message-7", "other", {.condition = KeyCondition::kAbsent});
  const auto refused = jobs().insert(document("_id", 2), {.keys = &again});
  ASSERT_EQ(refused.status().code(), ErrorCode::kAtomicityFailure);
  const std::string bytes(refused.status().details());
  const DocumentView details(reinterpret_cast<const std::uint8_t*>(bytes.data()));
  EXPECT_EQ(details["index"].as_int64(), 1);
  EXPECT_EQ(details["space"].as_string(), "keys");
  EXPECT_EQ(documents(), 1);
  EXPECT_EQ(key("message-7"), "taken");
  EXPECT_EQ(key("count"), std::nullopt);
}

TEST_F(KeysWithDocuments, ADocumentThatIsRefusedKeepsItsKeysOut) {
  insert(1);
  const KeyBatch keys = counted();
  const auto duplicate = jobs().insert(document("_id", 1), {.keys = &keys});
  ASSERT_TRUE(duplicate.ok());
  ASSERT_EQ(duplicate->errors.size(), 1u);
  EXPECT_EQ(duplicate->errors[0].status.code(), ErrorCode::kDuplicateKey);
  EXPECT_FALSE(duplicate->keys.done);
  EXPECT_EQ(key("count"), std::nullopt);
}

TEST_F(KeysWithDocuments, OneBadDocumentOfManyKeepsAllOut) {
  insert(1);
  const std::vector<Document> some{document("_id", 2), document("_id", 1), document("_id", 3)};
  const std::vector<DocumentView> views(some.begin(), some.end());
  for (const bool ordered : {true, false}) {
    const KeyBatch keys = counted();
    const auto inserted = jobs().insert(views, {.ordered = ordered, .keys = &keys});
    ASSERT_TRUE(inserted.ok());
    EXPECT_EQ(inserted->inserted, 0);
    EXPECT_EQ(inserted->errors.size(), 1u);
    EXPECT_EQ(documents(), 1);
    EXPECT_EQ(key("count"), std::nullopt);
  }
}

TEST_F(KeysWithDocuments, ManyDocumentsInOneCommit) {
  std::vector<Document> many;
  for (int i = 0; i < 1001; ++i) many.push_back(document("_id", i));
  const std::vector<DocumentView> views(many.begin(), many.end());
  const KeyBatch keys = counted();
  const auto fits = jobs().insert(std::span(views).first(1000), {.keys = &keys});
  ASSERT_TRUE(fits.ok());
  EXPECT_EQ(fits->inserted, 1000);
  EXPECT_EQ(key("count"), "1");
  Collection others = database_->collection("work", "others");
  const auto too_many = others.insert(views, {.keys = &keys});
  EXPECT_EQ(too_many.status().code(), ErrorCode::kInvalidOptions);
  EXPECT_EQ(*others.count(), 0);
  EXPECT_EQ(key("count"), "1");
}

TEST_F(KeysWithDocuments, AnUpdateThatFindsItsDocument) {
  insert(1);
  const Document filter = document("_id", 1);
  const Document add = document("$inc", document("n", 1));
  const Document same = document("$set", document("n", 1));
  const KeyBatch keys = counted();
  const auto update = [&](const Document& how, DocumentView found) {
    return jobs().update({.filter = found, .update = how.view().as_value()}, {.keys = &keys});
  };
  EXPECT_TRUE(update(add, filter)->keys.done);
  EXPECT_EQ(key("count"), "1");
  EXPECT_TRUE(update(same, filter)->keys.done) << "found, though nothing changes";
  EXPECT_EQ(key("count"), "2");
  const Document nobody = document("_id", 9);
  EXPECT_FALSE(update(add, nobody)->keys.done);
  EXPECT_EQ(key("count"), "2");
  const Document wrong = document("$inc", document("_id", 1));
  EXPECT_EQ(update(wrong, filter)->errors.size(), 1u);
  EXPECT_EQ(key("count"), "2");
}

TEST_F(KeysWithDocuments, AnUpsert) {
  const Document filter = document("_id", 5);
  const Document set = document("$set", document("n", 1));
  const KeyBatch keys = counted();
  const auto upserted = jobs().update(
      {.filter = filter, .update = set.view().as_value(), .upsert = true}, {.keys = &keys});
  ASSERT_TRUE(upserted.ok());
  EXPECT_TRUE(upserted->keys.done);
  EXPECT_EQ(documents(), 1);
  EXPECT_EQ(key("count"), "1");
}

TEST_F(KeysWithDocuments, ARemoval) {
  insert(1);
  const Document filter = document("_id", 1);
  const KeyBatch keys = counted();
  EXPECT_TRUE(jobs().remove({.filter = filter}, {.keys = &keys})->keys.done);
  EXPECT_FALSE(jobs().remove({.filter = filter}, {.keys = &keys})->keys.done);
  EXPECT_EQ(documents(), 0);
  EXPECT_EQ(key("count"), "1");
}

TEST_F(KeysWithDocuments, FindAndModify) {
  insert(1);
  const Document filter = document("_id", 1);
  const Document add = document("$inc", document("n", 1));
  KeyBatch keys = counted();
  keys.set("keys", "lease", "me",
           {.expiry = Expiry::after(std::chrono::seconds(30)), .condition = KeyCondition::kAbsent});
  const FindAndModifyStatement claim{.filter = filter, .update = add.view().as_value()};
  EXPECT_TRUE(jobs().find_and_modify(claim, {.keys = &keys})->keys.done);
  const auto taken = jobs().find_and_modify(claim, {.keys = &keys});
  EXPECT_EQ(taken.status().code(), ErrorCode::kAtomicityFailure);
  EXPECT_EQ((**jobs().find_one(filter))["n"].as_int32(), 1);
  EXPECT_EQ(key("count"), "1");
  const KeyBatch last = counted();
  EXPECT_TRUE(
      jobs().find_and_modify({.filter = filter, .remove = true}, {.keys = &last})->keys.done);
  EXPECT_EQ(documents(), 0);
  EXPECT_EQ(key("count"), "2");
}

TEST_F(KeysWithDocuments, WhatIsNotOneCommitIsRefused) {
  insert(1);
  const Document filter = document("_id", 1);
  const Document add = document("$inc", document("n", 1));
  const KeyBatch keys = counted();
  const UpdateStatement one{.filter = filter, .update = add.view().as_value()};
  UpdateStatement many = one;
  many.multi = true;
  const std::vector<UpdateStatement> two{one, one};
  EXPECT_EQ(jobs().update(many, {.keys = &keys}).status().code(), ErrorCode::kInvalidOptions);
  EXPECT_EQ(jobs().update(two, {.keys = &keys}).status().code(), ErrorCode::kInvalidOptions);
  EXPECT_EQ(jobs().remove({.filter = filter, .multi = true}, {.keys = &keys}).status().code(),
            ErrorCode::kInvalidOptions);
  EXPECT_EQ((**jobs().find_one(filter))["n"].as_int32(), 0);
  EXPECT_EQ(key("count"), std::nullopt);
}

TEST_F(KeysWithDocuments, CappedCollectionsTakeOneAtATime) {
  const Document options = document("capped", true, "size", 4096, "max", 1);
  ASSERT_TRUE(database_->create_collection("work", "log", {.options = options}).ok());
  Collection log = database_->collection("work", "log");
  const KeyBatch keys = counted();
  for (int i = 1; i <= 2; ++i) {
    EXPECT_TRUE(log.insert(document("_id", i), {.keys = &keys})->keys.done);
  }
  EXPECT_EQ(key("count"), "2");
  const std::vector<Document> some{document("_id", 3), document("_id", 4)};
  const std::vector<DocumentView> views(some.begin(), some.end());
  EXPECT_EQ(log.insert(views, {.keys = &keys}).status().code(), ErrorCode::kInvalidOptions);
  EXPECT_EQ(key("count"), "2");
}

TEST_F(KeysWithDocuments, ARepetitionWritesNoKeysAgain) {
  const KeyBatch keys = counted();
  WriteOptions options{.retry = RetryableWrite{.session = {}, .txn_number = 3}, .keys = &keys};
  for (int i = 0; i < 2; ++i) {
    const auto inserted = jobs().insert(document("_id", 1), options);
    ASSERT_TRUE(inserted.ok());
    EXPECT_EQ(inserted->inserted, 1);
    EXPECT_TRUE(inserted->keys.done);
    EXPECT_EQ(inserted->keys.outcomes.size(), i == 0 ? 1u : 0u);
  }
  const Document filter = document("_id", 1);
  const Document add = document("$inc", document("n", 1));
  options.retry->txn_number = 4;
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(
        jobs().update({.filter = filter, .update = add.view().as_value()}, options)->keys.done);
  }
  EXPECT_EQ((**jobs().find_one(filter))["n"].as_int32(), 1);
  EXPECT_EQ(key("count"), "2");
}

TEST_F(KeysWithDocuments, BadKeysRefuseTheWrite) {
  KeyBatch keys;
  keys.set("keys", "", "value");
  EXPECT_EQ(jobs().insert(document("_id", 1), {.keys = &keys}).status().code(),
            ErrorCode::kBadValue);
  ASSERT_TRUE(database_->key_value("keys").set("count", "many").ok());
  const KeyBatch number = counted();
  EXPECT_EQ(jobs().insert(document("_id", 1), {.keys = &number}).status().code(),
            ErrorCode::kTypeMismatch);
  EXPECT_EQ(documents(), 0);
}

// The document is another's for as long as the lock lives: it is no longer held when the write
// comes.
TEST_F(KeysWithDocuments, AConditionIsLookedAtWhenTheDocumentIsFree) {
  insert(1);
  KeyValue locks = database_->key_value("locks");
  const auto until = Expiry::after(std::chrono::milliseconds(300));
  ASSERT_TRUE(locks.set("job", "me", {.expiry = until})->done);
  const Document filter = document("_id", 1);
  const Document add = document("$inc", document("n", 1));
  const Document touch = document("$set", document("touched", true));
  std::atomic<bool> taken = false;
  std::jthread other([&] {
    auto transaction = database_->begin_transaction();
    ASSERT_TRUE(transaction.ok());
    WriteOptions in;
    in.operation.transaction = &*transaction;
    EXPECT_TRUE(jobs().update({.filter = filter, .update = touch.view().as_value()}, in).ok());
    taken = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(600));
    EXPECT_TRUE(transaction->commit().ok());
  });
  while (!taken) std::this_thread::yield();
  KeyBatch mine;
  mine.require("locks", "job", KeyCondition::kEquals, "me");
  const auto fenced =
      jobs().update({.filter = filter, .update = add.view().as_value()}, {.keys = &mine});
  other.join();
  EXPECT_EQ(fenced.status().code(), ErrorCode::kAtomicityFailure);
  EXPECT_EQ((**jobs().find_one(filter))["n"].as_int32(), 0);
}

class NeverCalled final : public CommitObserver {
 public:
  void committed(const Status&) override { ADD_FAILURE() << "the write was left pending"; }
};

TEST_F(KeysWithDocuments, AreNeverLeftPending) {
  NeverCalled observer;
  const KeyBatch keys = counted();
  const auto inserted = jobs().insert(document("_id", 1), {.observer = &observer, .keys = &keys});
  ASSERT_TRUE(inserted.ok());
  EXPECT_FALSE(inserted->pending);
  EXPECT_EQ(key("count"), "1");
}

}  // namespace
}  // namespace cairn
