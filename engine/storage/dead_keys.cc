#include "engine/storage/dead_keys.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <rocksdb/db.h>

#include "engine/storage/rocks_seek.h"
#include "engine/storage/slice.h"

namespace cairn {

namespace {

constexpr std::size_t kMostStretches = 16;  // of one family, that wait to be cleared

}  // namespace

void DeadKeys::start(rocksdb::DB& db,
                     const std::array<rocksdb::ColumnFamilyHandle*, kFamilies>& families) {
  db_ = &db;
  handles_ = families;
  thread_ = std::thread([this] { run(); });
}

void DeadKeys::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void DeadKeys::note(Family family, std::string_view from, std::string_view to,
                    std::uint64_t count) {
  noted_.fetch_add(1, std::memory_order_relaxed);
  if (to.empty()) return;  // to the end of a family: nobody takes from its front again and again
  const std::lock_guard lock(mutex_);
  std::vector<Stretch>& stretches = families_[static_cast<std::size_t>(family)].stretches;
  for (Stretch& known : stretches) {
    if (from > known.to || to < known.from) continue;
    if (from < known.from) known.from.assign(from);
    if (to > known.to) known.to.assign(to);
    known.count = std::max(known.count, count);
    return;
  }
  if (stretches.size() == kMostStretches) return;  // it will be met again
  stretches.push_back({std::string(from), std::string(to), count});
  wake_.notify_all();
}

void DeadKeys::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const Clock::time_point now = Clock::now();
    Clock::time_point until = Clock::time_point::max();
    const int family = next(now, until);
    if (family < kFamilies) {
      std::vector<Stretch> stretches = std::exchange(families_[family].stretches, {});
      lock.unlock();
      clear(family, std::move(stretches));
      lock.lock();
    } else if (until == Clock::time_point::max()) {
      wake_.wait(lock);
    } else {
      wake_.wait_until(lock, until);
    }
  }
}

int DeadKeys::next(Clock::time_point now, Clock::time_point& until) const {
  for (int family = 0; family < kFamilies; ++family) {
    const OfFamily& one = families_[family];
    if (one.stretches.empty()) continue;
    if (one.not_before <= now) return family;
    until = std::min(until, one.not_before);
  }
  return kFamilies;
}

void DeadKeys::clear(int family, std::vector<Stretch> stretches) {
  const Clock::time_point began = Clock::now();
  bool helped = false;
  for (const Stretch& stretch : stretches) {
    if (stopping_) return;
    helped = clear(handles_[family], stretch) || helped;
  }
  const Clock::time_point ended = Clock::now();
  const std::lock_guard lock(mutex_);
  OfFamily& one = families_[family];
  one.pause =
      helped ? Clock::duration(kPause) : std::min<Clock::duration>(2 * one.pause, kLongestPause);
  one.not_before = ended + std::max(one.pause, kPauseShare * (ended - began));
}

bool DeadKeys::clear(rocksdb::ColumnFamilyHandle* family, const Stretch& stretch) {
  const rocksdb::Slice from = slice_of(stretch.from);
  const rocksdb::Slice to = slice_of(stretch.to);
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  // Files that a compaction may just move to the last level keep what is dead in them.
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  options.canceled = &stopping_;
  if (!db_->CompactRange(options, family, &from, &to).ok()) return false;
  cleared_.fetch_add(1, std::memory_order_relaxed);
  rocksdb::ReadOptions read;
  read.iterate_upper_bound = &to;
  read.total_order_seek = true;
  read.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> iterator(db_->NewIterator(read, family));
  const std::uint64_t before = removed_rows_met();
  iterator->Seek(from);
  return removed_rows_met() - before < stretch.count / 2;
}

}  // namespace cairn
