// DDL against writers: no write is resurrected, none is lost, nobody deadlocks.
#include <thread>

#include <cairn/interrupt_scope.h>

#include "engine/catalog/catalog.h"
#include "tests/storage/scratch.h"

namespace cairn {
namespace {

class CatalogConcurrency : public testing::Test {
 protected:
  std::unique_ptr<Storage> storage_ = open_in_memory({.maintenance_interval_ms = 5});
  std::unique_ptr<Catalog> catalog_ = std::move(*Catalog::load(*storage_));

  void insert_one(const CollectionEntry& collection) {
    const RecordId id = collection.counters().take_record_ids();
    WriteUnit unit;
    unit.put(Family::kDoc, RecordKey(collection.keyspace(), id), "doc");
    unit.count(collection.counters(), {.documents = 1, .bytes = 3, .highest_record_id = id});
    ASSERT_TRUE(storage_->commits().commit(unit).ok());
  }

  std::int64_t stored_documents() {
    std::int64_t documents = 0;
    KeyCursor cursor = storage_->latest().scan(Family::kDoc, {});
    for (cursor.seek_first(); cursor.valid(); cursor.next()) ++documents;
    return documents;
  }
};

TEST_F(CatalogConcurrency, FirstInsertsCreateOneCollection) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([this] {
      for (int i = 0; i < 50; ++i) {
        auto lease = catalog_->lease_or_create({"db", "c" + std::to_string(i)});
        ASSERT_TRUE(lease.ok());
        insert_one(**lease);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(catalog_->size(), 50U);
  for (const auto& one : catalog_->collections("db")) EXPECT_EQ(one->counters().documents(), 8);
}

TEST_F(CatalogConcurrency, NothingIsWrittenIntoDroppedCollections) {
  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, &done] {
      while (!done) {
        auto lease = catalog_->lease_or_create({"db", "c"});
        ASSERT_TRUE(lease.ok());
        insert_one(**lease);
      }
    });
  }
  for (int i = 0; i < 60; ++i) {
    if (i % 3 == 0) {
      ASSERT_TRUE(catalog_->drop_database("db").ok());
    } else {
      static_cast<void>(catalog_->drop({"db", "c"}).status());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  done = true;
  for (auto& thread : threads) thread.join();
  ASSERT_OK(storage_->maintain());
  EXPECT_EQ(storage_->keyspaces().pending(), 0U);
  const CollectionRef left = catalog_->find("db.c");
  EXPECT_EQ(stored_documents(), left == nullptr ? 0 : left->counters().documents());
}

TEST_F(CatalogConcurrency, RenamesBackAndForthLoseNothing) {
  ASSERT_TRUE(catalog_->create({"db", "a"}).ok());
  std::atomic<bool> done{false};
  std::atomic<std::int64_t> written{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, &done, &written, t] {
      while (!done) {
        auto lease = catalog_->lease({"db", t % 2 == 0 ? "a" : "b"});
        if (!lease.ok()) continue;
        insert_one(**lease);
        ++written;
      }
    });
  }
  for (int i = 0; i < 30; ++i) {
    ASSERT_OK(catalog_->rename({"db", i % 2 == 0 ? "a" : "b"}, {"db", i % 2 == 0 ? "b" : "a"}));
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  done = true;
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(stored_documents(), written);
  EXPECT_EQ(catalog_->find("db.a")->counters().documents(), written);
}

// One holds a lease on `a` while it asks for one on `b`, in both orders, under drop_database.
TEST_F(CatalogConcurrency, HoldersOfTwoLeasesDoNotDeadlockWithDdl) {
  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, &done, t] {
      while (!done) {
        auto first = catalog_->lease_or_create({"db", t % 2 == 0 ? "a" : "b"});
        auto second = catalog_->lease_or_create({"db", t % 2 == 0 ? "b" : "a"});
        ASSERT_TRUE(first.ok() && second.ok());
      }
    });
  }
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(catalog_->drop_database("db").ok());
    static_cast<void>(catalog_->rename({"db", "a"}, {"db", "b"}, {.drop_target = true}));
  }
  done = true;
  for (auto& thread : threads) thread.join();
}

// A writer waits for a drop, which waits for another writer: both stop when they are told to, and
// the collection is as it was.
TEST_F(CatalogConcurrency, WaitsStopByTheInterrupt) {
  Lease held = std::move(*catalog_->lease_or_create({"db", "a"}));
  Interrupt of_drop;
  Status dropped;
  std::thread dropping([&] {
    const InterruptScope scope(&of_drop);
    dropped = catalog_->drop({"db", "a"}).status();
  });
  Status waited;
  while (waited.ok()) {  // until the drop has closed the gate
    const Interrupt soon(Interrupt::Clock::now() + std::chrono::milliseconds(20));
    const InterruptScope scope(&soon);
    waited = catalog_->lease({"db", "a"}).status();
  }
  EXPECT_EQ(waited.code(), ErrorCode::kMaxTimeMSExpired);
  of_drop.interrupt();
  dropping.join();
  EXPECT_EQ(dropped.code(), ErrorCode::kInterrupted);
  EXPECT_TRUE(catalog_->lease({"db", "a"}).ok());
  held.release();
  EXPECT_TRUE(catalog_->drop({"db", "a"}).ok());
}

// Transactions use a collection, one after the other and beside each other; DDL finds none inside.
TEST_F(CatalogConcurrency, TransactionsAndDdlTakeTurns) {
  constexpr std::chrono::milliseconds kPatience(5);
  ASSERT_TRUE(catalog_->create({"db", "c"}).ok());
  std::atomic<bool> done{false};
  std::atomic<int> inside{0};
  std::atomic<int> used{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      while (!done) {
        const CollectionRef now = catalog_->find("db.c");
        auto use = Catalog::use(*now, Interrupt::Clock::time_point::max(), kPatience);
        if (!use || catalog_->find("db.c") != now) continue;
        ++inside;
        auto lease = catalog_->enter_used(now);
        EXPECT_TRUE(lease.has_value());
        ++used;
        --inside;
      }
    });
  }
  constexpr int kTurns = 50;
  for (int i = 0; i < kTurns || used < kTurns; ++i) {
    const auto changed = catalog_->alter(
        Namespace{"db", "c"},
        [&](const CollectionRef& now) -> Result<std::optional<Catalog::Alteration>> {
          EXPECT_EQ(inside, 0);
          return std::optional(Catalog::Alteration{.definition = now->definition(),
                                                   .command = document("collMod", "c")});
        });
    ASSERT_TRUE(changed.ok());
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  done = true;
  for (auto& thread : threads) thread.join();
}

// The end of the use wakes the DDL; one whose time is over is not waited for.
TEST_F(CatalogConcurrency, ADropWaitsForTransactionsThatMayLive) {
  constexpr std::chrono::milliseconds kPatience(5);
  const auto now = Interrupt::Clock::now();
  const CollectionRef collection = *catalog_->create({"db", "c"});
  auto lasting = Catalog::use(*collection, now + std::chrono::hours(1), kPatience);
  auto brief = Catalog::use(*collection, now + std::chrono::milliseconds(20), kPatience);
  std::atomic<bool> dropped{false};
  std::thread dropping([&] {
    EXPECT_TRUE(catalog_->drop({"db", "c"}).ok());
    dropped = true;
  });
  // Until it waits.
  while (Catalog::use(*collection, now + std::chrono::hours(1), kPatience)) continue;
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_FALSE(dropped);
  EXPECT_TRUE(catalog_->lease({"db", "c"}).ok());  // no transaction
  lasting.reset();
  dropping.join();
  EXPECT_FALSE(catalog_->enter_used(collection).has_value());
}

}  // namespace
}  // namespace cairn
