// DeadKeys: stretches of keys in which there is no row any more, so that seeks pass over them.
//
// A row that is removed stays in memtables and files, for minutes where snapshots still see it, and
// a seek walks over every such row before the first live one: taking the first of a queue again and
// again was quadratic. A seek that met many therefore notes where. A stretch is true of every state
// from `since` on, which a reader's must have reached; before a row is put into one, it gives up
// that place.
//
// Why no row is ever missed: commits hold `Writing` from before they give up places until their
// rows are visible; and a stretch is registered without it being held, then looked at in a newer
// state, and dropped where a row was put there meanwhile. So a row that a reader sees was put
// before the stretch was looked at, or its place was given up before the reader began; and where it
// was noted anew since, `since` is later than the row's removal. Rows that are loaded past commits
// (BulkLoad) go into keyspaces in which nothing was ever removed; so no stretch reaches over a
// keyspace's end. In memory only. Thread-safety: all of it; nobody who holds Writing may seek.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "engine/storage/family.h"

namespace rocksdb {
class ColumnFamilyHandle;
class DB;
}  // namespace rocksdb

namespace cairn {

class DeadKeys {
 public:
  // A seek that walks over more removed rows than this tells of it: that many take a fifth of a
  // millisecond, which is about what an operation takes that takes the first of a queue.
  static constexpr std::uint64_t kMany = 1000;
  static constexpr std::size_t kMostStretches = 256;  // of a family

  using Writing = std::unique_lock<std::mutex>;
  // To be held by a commit from before its first `put` until its rows are visible.
  Writing writing() { return Writing(writing_); }
  // A row is about to be put there. REQUIRES: the caller holds Writing.
  void put(Family family, std::string_view key) {
    if (of(family).watched.load(std::memory_order_relaxed) != 0) give_up(of(family), key);
  }
  bool watches(Family family) const {
    return of(family).watched.load(std::memory_order_acquire) != 0;
  }

  // For a state of `sequence` or later that was taken before this call. False: there is no stretch
  // there that is true of it; nothing is allocated then.
  //
  // `key` is in a stretch: there is no row before `behind`.
  bool skip_forward(Family family, std::uint64_t sequence, std::string_view key,
                    std::string& behind) const;
  // `key` is in a stretch: the last row up to it is below `end`.
  bool skip_backward(Family family, std::uint64_t sequence, std::string_view key,
                     std::string& end) const;
  // What is right below `key` is in a stretch: the last row below it is below `end`.
  bool skip_below(Family family, std::uint64_t sequence, std::string_view key,
                  std::string& end) const;

  // A seek met many removed rows in [from, to), and no other. Does nothing in families that hold no
  // keyspaces, or while a commit takes long: it will be met again. REQUIRES: the caller does not
  // hold Writing.
  void note(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* handle, Family family,
            std::string_view from, std::string_view to);
  // How many seeks were noted since the start, and how many stretches came of them.
  std::uint64_t noted() const { return noted_.load(std::memory_order_relaxed); }
  std::uint64_t stretches() const { return stretches_made_.load(std::memory_order_relaxed); }

 private:
  struct Stretch {
    std::string to;
    std::uint64_t since = 0;
  };
  struct Registered {
    std::string from;
    std::string to;
    bool broken = false;
  };
  using Stretches = std::map<std::string, Stretch, std::less<>>;  // by where they begin
  struct OfFamily {
    mutable std::shared_mutex mutex;  // guards what follows
    Stretches stretches;
    std::list<Registered> registered;     // being looked at
    std::atomic<std::size_t> watched{0};  // how many of both there are
    void count() { watched = stretches.size() + registered.size(); }
  };

  OfFamily& of(Family family) { return families_[static_cast<std::size_t>(family)]; }
  const OfFamily& of(Family family) const { return families_[static_cast<std::size_t>(family)]; }
  // Not held where a commit takes long.
  Writing try_writing();
  static void give_up(OfFamily& family, std::string_view key);
  static void take_in(OfFamily& family, std::string from, Stretch stretch);
  // The one that `key` is in, or end().
  static Stretches::const_iterator find(const OfFamily& family, std::string_view key);

  std::mutex writing_;
  std::array<OfFamily, kFamilies> families_;
  std::atomic<std::uint64_t> noted_{0};
  std::atomic<std::uint64_t> stretches_made_{0};
};

}  // namespace cairn
