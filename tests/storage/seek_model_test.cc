// Every seek answers as a model of the same state does, while threads put, remove, load and note
// what is dead at once.
//
// Each thread owns some keys of a keyspace that all share, and alone knows what is under them: in
// the latest state, in its snapshots, and in cursors that it left open. What it meets of others'
// keys it passes over, by steps or by more seeks. Besides it has keyspaces of its own, one after
// another: loaded in bulk, emptied, dropped.
#include <deque>
#include <random>
#include <thread>
#include <vector>

#include "engine/storage/bulk_load.h"
#include "engine/storage/pending_rows.h"
#include "tests/storage/scratch.h"

namespace cairn {
namespace {

constexpr std::uint32_t kIds = 6000;  // of a keyspace
constexpr std::uint32_t kThreads = 4;
constexpr std::uint32_t kBlock = 40;  // neighbours that one thread owns
constexpr int kRounds = 40;
constexpr int kSeeksOfRound = 12;
constexpr Keyspace kShared = 1 << 30;  // none that is given out
constexpr std::size_t kKept = 6;       // snapshots, and cursors

// Under four ids lie a key and three that begin with it.
std::string key_of(Keyspace keyspace, std::uint32_t id) {
  constexpr std::string_view kEnds[] = {{"", 0}, {"\0", 1}, {"\0\0", 2}, {"\xff", 1}};
  std::string key;
  append_u32(key, keyspace);
  append_u32(key, id / 4);
  return key.append(kEnds[id % 4]);
}

std::uint32_t id_of(std::string_view key) {
  const std::string_view end = key.substr(8);
  const auto which = end.size() == 1 && end[0] != '\0' ? 3 : static_cast<std::uint32_t>(end.size());
  return read_u32(key.substr(4)) * 4 + which;
}

// The version of the row under each id; 0: there is none.
using Model = std::vector<std::uint32_t>;

struct Place {
  Family family = Family::kDoc;
  Keyspace keyspace = kShared;
  std::uint32_t owner = 0;
  bool shared = true;
  bool owns(std::uint32_t id) const { return !shared || id / kBlock % kThreads == owner; }
};

// A range of ids, and where a seek goes.
struct Asked {
  std::uint32_t lower = 0;
  std::uint32_t upper = kIds;
  std::uint32_t target = 0;
  Direction direction = Direction::kForward;
  bool first = false;  // by seek_first
};

constexpr std::uint32_t kNone = UINT32_MAX;

class Walker {
 public:
  Walker(Storage& storage, std::uint32_t number, unsigned seed)
      : storage_(storage), number_(number), random_(seed) {
    for (const Family family : {Family::kDoc, Family::kIdx}) {
      kinds_.push_back({{family, kShared, number_, true}, Model(kIds)});
    }
    begin_own();
  }

  void run() {
    for (int round = 0; round < kRounds && !testing::Test::HasFatalFailure(); ++round) {
      change();
      for (int i = 0; i < kSeeksOfRound; ++i) {
        put_one();
        look();
      }
      if (random(25) == 0) keep_cursor();
      if (random(60) == 0) begin_own();
      if (random(120) == 0 && number_ == 0) ASSERT_OK(storage_.flush());
      if (random(250) == 0 && number_ == 0) ASSERT_OK(storage_.compact(Family::kIdx, {}));
    }
    forget();
  }

  // After all is closed and opened again.
  void look_at(Storage& reopened) const {
    for (const Kind& kind : kinds_) {
      for (std::uint32_t id = 0; id < kIds; ++id) {
        if (!kind.place.owns(id)) continue;
        const std::string value =
            value_of(reopened.latest(), kind.place.family, key_of(kind.place.keyspace, id));
        ASSERT_EQ(value, kind.model[id] == 0 ? "(none)" : std::to_string(kind.model[id]));
      }
    }
  }

 private:
  struct Kind {
    Place place;
    Model model;
  };
  struct KeptSnapshot {
    Snapshot snapshot;
    std::vector<Kind> kinds;
  };
  struct KeptCursor {
    KeyCursor cursor;
    Kind kind;
    Asked asked;  // its range and direction
  };

  std::uint32_t random(std::uint32_t below) {
    return static_cast<std::uint32_t>(random_() % below);
  }
  void forget() {
    snapshots_.clear();
    cursors_.clear();
  }

  // A keyspace of its own: loaded in bulk, in place of the one before.
  void begin_own() {
    if (kinds_.size() == 3) {
      const Place& old = kinds_.back().place;
      WriteUnit unit;
      Keyspaces::drop(unit, old.keyspace, 1);
      ASSERT_TRUE(storage_.commits().commit(unit).ok());
      // What is dropped may go under those who read it.
      forget();
      storage_.keyspaces().dropped(old.keyspace, 1);
      ASSERT_OK(storage_.maintain());
      kinds_.pop_back();
    }
    const Family family = random(2) == 0 ? Family::kIdx : Family::kAux;
    const auto keyspace = storage_.keyspaces().allocate();
    ASSERT_TRUE(keyspace.ok());
    Kind own{{family, *keyspace, number_, false}, Model(kIds)};
    BulkLoad load = storage_.bulk_load(family);
    for (std::uint32_t id = 0; id < kIds; ++id) {
      if (random(3) == 0) continue;
      own.model[id] = ++version_;
      ASSERT_OK(load.add(key_of(*keyspace, id), std::to_string(version_)));
    }
    ASSERT_OK(load.finish());
    kinds_.push_back(std::move(own));
  }

  void put(Kind& kind, WriteUnit& unit, std::uint32_t id) {
    kind.model[id] = ++version_;
    unit.put(kind.place.family, key_of(kind.place.keyspace, id), std::to_string(version_));
  }
  static void remove(Kind& kind, WriteUnit& unit, std::uint32_t id) {
    kind.model[id] = 0;
    unit.remove(kind.place.family, key_of(kind.place.keyspace, id));
  }

  // While others may be noting that nothing is there.
  void put_one() {
    Kind& kind = kinds_[random(static_cast<std::uint32_t>(kinds_.size()))];
    const std::uint32_t id = random(kIds);
    if (!kind.place.owns(id)) return;
    WriteUnit unit;
    put(kind, unit, id);
    ASSERT_TRUE(storage_.commits().commit(unit).ok());
    compare_at(storage_.latest(), kind, {.target = id});
  }

  // Most ranges are emptied whole, and only some rows put back into them.
  void change() {
    Kind& kind = kinds_[random(static_cast<std::uint32_t>(kinds_.size()))];
    WriteUnit unit;
    const std::uint32_t what = random(10);
    const std::uint32_t from = what == 0 ? 0 : random(kIds);
    const std::uint32_t end = std::min(kIds, from + (what < 4 ? 4500 : 30));
    for (std::uint32_t id = from; id < end; ++id) {
      if (!kind.place.owns(id)) continue;
      if (what < 5) {
        remove(kind, unit, id);
      } else if (random(what == 5 ? 2 : 8) == 0) {
        put(kind, unit, id);
      }
      if (what == 9 && random(4) == 0) remove(kind, unit, id);
      if (what == 4 && random(10) == 0) put(kind, unit, id);
    }
    if (unit.empty()) return;
    ASSERT_TRUE(storage_.commits().commit(unit).ok());
    if (random(8) != 0) return;
    if (snapshots_.size() == kKept) snapshots_.erase(snapshots_.begin() + random(kKept));
    snapshots_.push_back({storage_.snapshot(), kinds_});
  }

  Asked any() {
    Asked asked;
    if (random(3) == 0) {
      asked.lower = random(kIds);
      asked.upper = asked.lower + 1 + random(kIds - asked.lower);
    }
    if (random(2) == 0) asked.direction = Direction::kBackward;
    aim(asked);
    return asked;
  }
  void aim(Asked& asked) {
    asked.target = random(kIds);
    asked.first = random(4) == 0;
  }

  KeyCursor open(const Reader& reader, const Place& place, const Asked& asked) {
    const std::string lower = key_of(place.keyspace, asked.lower);
    const std::string upper = key_of(place.keyspace, asked.upper);
    if (asked.lower == 0 && asked.upper == kIds) {
      const KeyspaceRange whole(place.keyspace);
      return reader.scan(place.family, whole.range(), {.direction = asked.direction});
    }
    return reader.scan(place.family, {lower, upper}, {.direction = asked.direction});
  }

  // Of the ids that the thread owns.
  static std::uint32_t answer(const Kind& kind, const Asked& asked) {
    const bool forward = asked.direction == Direction::kForward;
    const auto is = [&](std::uint32_t id) { return kind.place.owns(id) && kind.model[id] != 0; };
    if (forward) {
      std::uint32_t id = asked.first ? asked.lower : std::max(asked.target, asked.lower);
      for (; id < asked.upper; ++id) {
        if (is(id)) return id;
      }
      return kNone;
    }
    std::uint32_t end = asked.first ? asked.upper : std::min(asked.target + 1, asked.upper);
    for (; end > asked.lower; --end) {
      if (is(end - 1)) return end - 1;
    }
    return kNone;
  }

  void compare(KeyCursor& cursor, const Kind& kind, const Asked& asked) {
    const std::uint32_t expected = answer(kind, asked);
    const bool forward = asked.direction == Direction::kForward;
    if (asked.first) {
      cursor.seek_first();
    } else {
      cursor.seek(key_of(kind.place.keyspace, asked.target));
    }
    for (std::uint32_t last = kNone; cursor.valid();) {
      ASSERT_EQ(keyspace_of(cursor.key()), kind.place.keyspace);
      const std::uint32_t id = id_of(cursor.key());
      ASSERT_TRUE(id >= asked.lower && id < asked.upper);
      if (last != kNone) {
        ASSERT_TRUE(forward ? id > last : id < last) << last << ' ' << id;
      }
      last = id;
      if (id == expected) {
        ASSERT_EQ(cursor.value(), std::to_string(kind.model[id]));
        return;
      }
      ASSERT_FALSE(kind.place.owns(id)) << id << " instead of " << expected;
      if (expected != kNone) {
        ASSERT_TRUE(forward ? id < expected : id > expected) << id << " passed over " << expected;
      }
      if (random(3) == 0) {
        cursor.next();
      } else if (!forward && id == 0) {
        break;
      } else {
        cursor.seek(key_of(kind.place.keyspace, forward ? id + 1 : id - 1));
      }
    }
    ASSERT_OK(cursor.status());
    ASSERT_EQ(expected, kNone);
  }

  void look() {
    const std::uint32_t what = random(8);
    const auto which = random(static_cast<std::uint32_t>(kinds_.size()));
    if (what < 2 && !snapshots_.empty()) {
      const KeptSnapshot& kept = snapshots_[random(static_cast<std::uint32_t>(snapshots_.size()))];
      return ask(storage_.at(kept.snapshot), kept.kinds[which]);
    }
    if (what == 2 && !cursors_.empty()) {
      KeptCursor& kept = cursors_[random(static_cast<std::uint32_t>(cursors_.size()))];
      aim(kept.asked);
      return compare(kept.cursor, kept.kind, kept.asked);
    }
    if (what == 3) return look_over_pending(kinds_[which]);
    ask(storage_.latest(), kinds_[which]);
  }

  void ask(const Reader& reader, const Kind& kind) { compare_at(reader, kind, any()); }

  void compare_at(const Reader& reader, const Kind& kind, const Asked& asked) {
    KeyCursor cursor = open(reader, kind.place, asked);
    compare(cursor, kind, asked);
  }

  // As in a transaction: rows that come and go over what is stored.
  void look_over_pending(const Kind& stored) {
    Kind kind = stored;
    PendingRows rows;
    std::deque<std::string> bytes;
    const std::uint32_t from = random(kIds);
    for (std::uint32_t id = from; id < std::min(kIds, from + 400); ++id) {
      if (!kind.place.owns(id) || random(3) != 0) continue;
      kind.model[id] = random(2) == 0 ? 0 : ++version_;
      const std::string& key = bytes.emplace_back(key_of(kind.place.keyspace, id));
      const std::string& value = bytes.emplace_back(std::to_string(kind.model[id]));
      rows.set(kind.place.family, key, {value, kind.model[id] == 0});
    }
    for (int i = 0; i < 4; ++i) ask(storage_.latest().with(rows), kind);
  }

  void keep_cursor() {
    if (cursors_.size() == kKept) cursors_.erase(cursors_.begin() + random(kKept));
    const Kind& kind = kinds_[random(static_cast<std::uint32_t>(kinds_.size()))];
    const Asked asked = any();
    cursors_.push_back({open(storage_.latest(), kind.place, asked), kind, asked});
  }

  Storage& storage_;
  const std::uint32_t number_;
  std::mt19937 random_;
  std::uint32_t version_ = 0;
  std::vector<Kind> kinds_;  // of the shared keyspace in two families; of its own
  std::vector<KeptSnapshot> snapshots_;
  std::vector<KeptCursor> cursors_;
};

TEST(SeekModel, EverySeekAnswersAsTheModelDoes) {
  static unsigned seed = 0;  // another with each repetition
  const ScratchDirectory directory;
  auto storage = open_storage(directory.path());
  std::deque<Walker> walkers;
  std::vector<std::thread> threads;
  for (std::uint32_t i = 0; i < kThreads; ++i) walkers.emplace_back(*storage, i, ++seed);
  for (Walker& walker : walkers) threads.emplace_back([&walker] { walker.run(); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(storage->statistics().dead_ranges, 20U);
  ASSERT_OK(storage->close());
  storage = open_storage(directory.path());
  for (const Walker& walker : walkers) walker.look_at(*storage);
}

}  // namespace
}  // namespace cairn
