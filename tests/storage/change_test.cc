#include "engine/storage/change.h"

#include <gtest/gtest.h>

#include "engine/storage/keys.h"

namespace cairn {
namespace {

std::string encode(const Change& change, const ChangePlace& place) {
  std::string value;
  append_change_header(value, change, place);
  return value.append(change.document);
}

TEST(Change, EveryFieldComesBack) {
  Change change;
  change.kind = ChangeKind::kUpdate;
  change.keyspace = 77;
  change.collection.fill(0xAB);
  change.name = "db.coll";
  change.document_key = "KEY";
  change.document = "DOCUMENT";
  change.update = "UPDATE";
  change.session.emplace();
  change.session->lsid.fill(0xCD);
  change.session->txn_number = -5;
  change.session->statement_id = 6;
  change.in_transaction = true;
  const std::string value = encode(change, {.previous_op = 41,
                                            .wall_ms = -1,
                                            .last_of_commit = true,
                                            .in_transaction = {.number = 3, .of = 6}});
  const auto row = decode_change(OpKey(42).view(), value);
  ASSERT_TRUE(row.ok());
  EXPECT_EQ(row->op, 42U);
  EXPECT_EQ(row->previous_op, 41U);
  EXPECT_EQ(row->wall_ms, -1);
  EXPECT_TRUE(row->last_of_commit);
  EXPECT_EQ(row->change.kind, ChangeKind::kUpdate);
  EXPECT_EQ(row->change.keyspace, 77U);
  EXPECT_EQ(row->change.collection, change.collection);
  EXPECT_EQ(row->change.name, "db.coll");
  EXPECT_EQ(row->change.document_key, "KEY");
  EXPECT_EQ(row->change.document, "DOCUMENT");
  EXPECT_EQ(row->change.update, "UPDATE");
  ASSERT_TRUE(row->change.session.has_value());
  EXPECT_EQ(row->change.session->lsid, change.session->lsid);
  EXPECT_EQ(row->change.session->txn_number, -5);
  EXPECT_EQ(row->change.session->statement_id, 6);
  EXPECT_TRUE(row->change.in_transaction);
  EXPECT_EQ(row->first_op(), 39U);
  EXPECT_EQ(row->commit_op(), 44U);
}

TEST(Change, OneOutsideTransactionsIsACommitByItself) {
  Change change;
  const auto value = encode(change, {.in_transaction = {.number = 1, .of = 2}});
  const auto row = decode_change(OpKey(42).view(), value);
  ASSERT_TRUE(row.ok());
  EXPECT_EQ(row->first_op(), 42U);
  EXPECT_EQ(row->commit_op(), 42U);
}

TEST(Change, NoPrefixOfARowIsARow) {
  Change change;
  change.name = "a.b";
  change.document = "1234567890";
  const std::string value = encode(change, {});
  for (std::size_t size = 0; size < value.size(); ++size) {
    EXPECT_FALSE(decode_change(OpKey(1).view(), value.substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(decode_change(OpKey(1).view(), value + "x").ok());
  EXPECT_TRUE(decode_change(OpKey(1).view(), value).ok());
}

TEST(Change, LyingLengthsAndUnknownKindsAreRefused) {
  const std::string value = encode({}, {});
  for (const std::size_t at : {0U, 1U, 40U, 44U, 48U, 52U}) {
    std::string bad = value;
    bad[at] = static_cast<char>(0xFF);
    EXPECT_FALSE(decode_change(OpKey(1).view(), bad).ok()) << at;
  }
  EXPECT_FALSE(decode_change("short", value).ok());
  Change change;
  change.in_transaction = true;
  const std::string no_place = encode(change, {.in_transaction = {.number = 2, .of = 2}});
  EXPECT_FALSE(decode_change(OpKey(1).view(), no_place).ok());
}

}  // namespace
}  // namespace cairn
