#include "engine/storage/commit_pipeline.h"

#include "tests/storage/scratch.h"

namespace cairn {
namespace {

constexpr std::int64_t kSecond = 1000;

Change insert_of(std::string_view name, std::string_view document) {
  return {.kind = ChangeKind::kInsert, .keyspace = 1, .name = name, .document = document};
}

TEST(Commit, OpNumbersAreSecondsAndIncrement) {
  std::int64_t now = 100 * kSecond;
  auto storage = open_in_memory({.clock = [&now] { return now; }});
  const auto commit = [&storage](int changes) {
    WriteUnit unit;
    for (int i = 0; i < changes; ++i) unit.change(insert_of("a.b", "d"));
    return *storage->commits().commit(unit);
  };
  const CommitReceipt first = commit(3);
  EXPECT_EQ(first.first_op, (100ULL << 32) + 1);
  EXPECT_EQ(first.last_op, (100ULL << 32) + 3);
  now = 101 * kSecond;
  EXPECT_EQ(commit(1).first_op, (101ULL << 32) + 1);
  now = 50 * kSecond;  // a clock that goes back does not take the order with it
  EXPECT_EQ(commit(1).first_op, (101ULL << 32) + 2);
  EXPECT_EQ(storage->commits().last_op(), (101ULL << 32) + 2);
}

TEST(Commit, ATimeAheadIsReachedByWhatIsEmpty) {
  const ScratchDirectory scratch;
  constexpr OpNumber kAhead = (200ULL << 32) + 7;
  const auto clock = [] { return 100 * kSecond; };
  WriteUnit unit;
  unit.change(insert_of("a.b", "d"));
  {
    auto storage = open_storage(scratch.path(), {.clock = clock});
    ASSERT_TRUE(storage->commits().commit(unit).ok());
    ASSERT_OK(storage->commits().advance_to(kAhead));
    EXPECT_EQ(storage->commits().last_op(), kAhead);
    ASSERT_OK(storage->commits().advance_to(kAhead - 5));
    EXPECT_EQ(storage->commits().last_op(), kAhead);
    EXPECT_EQ(read_oplog(storage->latest()).rows.size(), 1U);
  }
  auto storage = open_storage(scratch.path(), {.clock = clock});
  EXPECT_EQ(storage->commits().last_op(), kAhead);
  EXPECT_EQ(storage->commits().commit(unit)->first_op, kAhead + 1);
}

TEST(Commit, RowsAreLinkedAndMarkTheirCommit) {
  auto storage = open_in_memory();
  WriteUnit one;
  one.change(insert_of("a.b", "1"));
  one.change(insert_of("a.b", "2"));
  ASSERT_TRUE(storage->commits().commit(one).ok());
  WriteUnit unlogged;
  unlogged.put(Family::kMeta, "Zkey", "value");
  const auto middle = storage->commits().commit(unlogged);
  ASSERT_TRUE(middle.ok());
  WriteUnit two;
  two.change(insert_of("a.b", "3"));
  ASSERT_TRUE(storage->commits().commit(two).ok());

  const OplogRows oplog = read_oplog(storage->latest());
  ASSERT_EQ(oplog.rows.size(), 3U);
  OpNumber previous = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(oplog.rows[i].previous_op, previous) << i;
    EXPECT_EQ(oplog.rows[i].last_of_commit, i != 0);
    EXPECT_EQ(oplog.rows[i].change.document, std::to_string(i + 1));
    previous = oplog.rows[i].op;
  }
  EXPECT_GT(oplog.rows[2].op, middle->last_op);
  EXPECT_GT(middle->last_op, oplog.rows[1].op);
}

TEST(Commit, TotalsAreWrittenWithWhatMadeThemTrue) {
  auto storage = open_in_memory();
  const auto counters = storage->counters().get(9);
  for (int i = 0; i < 3; ++i) {
    WriteUnit unit;
    const RecordId id = counters->take_record_ids();
    unit.put(Family::kDoc, RecordKey(9, id), "doc");
    unit.count(*counters, {.documents = 1, .bytes = 3, .highest_record_id = id});
    ASSERT_TRUE(storage->commits().commit(unit).ok());
    const auto stored = decode_totals(value_of(storage->latest(), Family::kMeta, counters_key(9)));
    ASSERT_TRUE(stored.ok());
    EXPECT_EQ(stored->documents, i + 1);
    EXPECT_EQ(stored->bytes, 3 * (i + 1));
    EXPECT_EQ(stored->highest_record_id, id);
    EXPECT_EQ(counters->documents(), i + 1);
  }
}

TEST(Commit, EverythingComesBackAfterReopening) {
  const ScratchDirectory scratch;
  OpNumber last = 0;
  {
    auto storage = open_storage(scratch.path());
    const auto counters = storage->counters().get(9);
    WriteUnit unit;
    unit.put(Family::kDoc, RecordKey(9, 1), "doc");
    unit.count(*counters, {.documents = 1, .bytes = 3, .highest_record_id = 41});
    unit.change(insert_of("a.b", "doc"));
    ASSERT_TRUE(storage->commits().commit(unit).ok());
    WriteUnit unlogged;
    unlogged.put(Family::kMeta, "Zkey", "value");
    last = storage->commits().commit(unlogged)->last_op;
    ASSERT_OK(storage->close());
  }
  auto storage = open_storage(scratch.path());
  EXPECT_EQ(storage->commits().last_op(), last);
  EXPECT_EQ(storage->syncer().durable_op(), last);
  EXPECT_EQ(value_of(storage->latest(), Family::kDoc, RecordKey(9, 1)), "doc");
  EXPECT_EQ(storage->counters().get(9)->documents(), 1);
  EXPECT_EQ(storage->counters().get(9)->take_record_ids(), 42U);
  WriteUnit unit;
  unit.change(insert_of("a.b", "doc2"));
  EXPECT_GT(storage->commits().commit(unit)->first_op, last);
  EXPECT_EQ(read_oplog(storage->latest()).rows[1].previous_op,
            read_oplog(storage->latest()).rows[0].op);
}

TEST(Commit, TheLogGivesBackWhatWasAppended) {
  const ScratchDirectory scratch;
  auto storage = open_storage(scratch.path());
  const LogPosition start = *storage->log().barrier();
  for (int i = 0; i < 5; ++i) {
    WriteUnit unit;
    unit.put(Family::kDoc, RecordKey(1, static_cast<RecordId>(i)), "document " + std::to_string(i));
    ASSERT_TRUE(storage->commits().commit(unit).ok());
  }
  auto tail = storage->log().tail(start);
  ASSERT_TRUE(tail.ok());
  for (int i = 0; i < 5; ++i) {
    auto more = (*tail)->next();
    ASSERT_TRUE(more.ok() && *more) << more.status().to_string();
    EXPECT_NE((*tail)->bytes().find("document " + std::to_string(i)), std::string_view::npos);
  }
  EXPECT_EQ((*tail)->position(), *storage->log().barrier());
  EXPECT_FALSE(*(*tail)->next());
  WriteUnit unit;
  unit.put(Family::kDoc, RecordKey(1, 9), "document 9");
  ASSERT_TRUE(storage->commits().commit(unit).ok());
  ASSERT_TRUE(*(*tail)->next());
  EXPECT_NE((*tail)->bytes().find("document 9"), std::string_view::npos);
  ASSERT_OK(storage->log().trim(*storage->log().barrier()));
  EXPECT_EQ(storage->log().tail(start).status().code(), ErrorCode::kSnapshotTooOld);
}

TEST(Commit, AFencedWriterWritesNothing) {
  auto storage = open_in_memory();
  ASSERT_TRUE(storage->log().acquire().ok());  // somebody else takes the log over
  WriteUnit unit;
  unit.put(Family::kDoc, RecordKey(1, 1), "doc");
  const auto counters = storage->counters().get(1);
  unit.count(*counters, {.documents = 1});
  const auto refused = storage->commits().commit(unit);
  EXPECT_EQ(refused.status().code(), ErrorCode::kPrimarySteppedDown);
  EXPECT_EQ(value_of(storage->latest(), Family::kDoc, RecordKey(1, 1)), "(none)");
  EXPECT_EQ(counters->documents(), 0);
}

// Notes how a staged unit ended, and in which order.
class Staged final : public StagedCommit {
 public:
  Staged(std::string name, std::vector<std::string>& told) : name_(std::move(name)), told_(told) {}
  void done(const Status& status) override {
    told_.push_back(name_ + (status.ok() ? "" : " " + status.code_name()));
  }

 private:
  const std::string name_;
  std::vector<std::string>& told_;
};

Result<CommitReceipt> stage(Storage& storage, RecordId id, std::vector<std::string>& told) {
  auto staged = std::make_unique<Staged>(std::to_string(id), told);
  staged->unit.put(Family::kDoc, RecordKey(1, id), "staged");
  staged->unit.change(insert_of("a.b", "staged"));
  return storage.commits().stage(std::move(staged));
}

TEST(Commit, StagedUnitsAreAppliedTogetherByWhoLeads) {
  auto storage = open_in_memory();
  std::vector<std::string> told;
  const auto first = stage(*storage, 1, told);
  const auto second = stage(*storage, 2, told);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_GT(second->first_op, first->last_op);
  EXPECT_LT(storage->commits().last_op(), first->first_op);
  EXPECT_EQ(value_of(storage->latest(), Family::kDoc, RecordKey(1, 1)), "(none)");
  EXPECT_TRUE(told.empty());
  storage->commits().lead_staged();
  EXPECT_EQ(told, (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(value_of(storage->latest(), Family::kDoc, RecordKey(1, 2)), "staged");
  EXPECT_EQ(storage->commits().last_op(), second->last_op);
  EXPECT_EQ(storage->commits().counts().groups, 1U);
  storage->commits().lead_staged();  // nothing to do
  EXPECT_EQ(storage->commits().counts().groups, 1U);
}

TEST(Commit, AWriterThatWaitsAppliesWhatIsStagedBeforeIt) {
  auto storage = open_in_memory();
  std::vector<std::string> told;
  const auto staged = stage(*storage, 1, told);
  WriteUnit unit;
  unit.change(insert_of("a.b", "waits"));
  const auto receipt = storage->commits().commit(unit);
  ASSERT_TRUE(receipt.ok());
  EXPECT_GT(receipt->first_op, staged->last_op);
  EXPECT_EQ(told, (std::vector<std::string>{"1"}));
  const OplogRows oplog = read_oplog(storage->latest());
  ASSERT_EQ(oplog.rows.size(), 2U);
  EXPECT_EQ(oplog.rows[0].op, staged->last_op);
  EXPECT_EQ(oplog.rows[1].previous_op, staged->last_op);
}

TEST(Commit, MoreThanAGroupIsStagedInOrder) {
  auto storage = open_in_memory();
  std::vector<std::string> told;
  const std::string large(3 << 20, 'x');
  for (RecordId id = 1; id <= 5; ++id) {
    auto staged = std::make_unique<Staged>(std::to_string(id), told);
    staged->unit.put(Family::kDoc, RecordKey(1, id), large);
    ASSERT_TRUE(storage->commits().stage(std::move(staged)).ok());
  }
  WriteUnit unit;
  unit.put(Family::kDoc, RecordKey(1, 6), large);
  ASSERT_TRUE(storage->commits().commit(unit).ok());
  EXPECT_EQ(told, (std::vector<std::string>{"1", "2", "3", "4", "5"}));
  EXPECT_EQ(storage->commits().counts().groups, 6U);
}

TEST(Commit, AStagedUnitThatFailsIsTold) {
  auto storage = open_in_memory();
  std::vector<std::string> told;
  ASSERT_TRUE(stage(*storage, 1, told).ok());
  ASSERT_TRUE(storage->log().acquire().ok());  // somebody else takes the log over
  storage->commits().lead_staged();
  EXPECT_EQ(told, (std::vector<std::string>{"1 PrimarySteppedDown"}));
  EXPECT_EQ(value_of(storage->latest(), Family::kDoc, RecordKey(1, 1)), "(none)");
}

}  // namespace
}  // namespace cairn
