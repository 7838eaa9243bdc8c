#include "engine/storage/dead_keys.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <thread>
#include <utility>

#include <rocksdb/db.h>

#include "engine/storage/keys.h"
#include "engine/storage/slice.h"

namespace cairn {

namespace {

constexpr std::chrono::microseconds kBetweenTries(100);
constexpr int kTries = 50;

}  // namespace

DeadKeys::Stretches::const_iterator DeadKeys::find(const OfFamily& family, std::string_view key) {
  auto at = family.stretches.upper_bound(key);
  if (at == family.stretches.begin()) return family.stretches.end();
  --at;
  return key < at->second.to ? at : family.stretches.end();
}

bool DeadKeys::skip_forward(Family family, std::uint64_t sequence, std::string_view key,
                            std::string& behind) const {
  if (!watches(family)) return false;
  const OfFamily& one = of(family);
  const std::shared_lock lock(one.mutex);
  const auto at = find(one, key);
  if (at == one.stretches.end() || at->second.since > sequence) return false;
  behind = at->second.to;
  return true;
}

bool DeadKeys::skip_backward(Family family, std::uint64_t sequence, std::string_view key,
                             std::string& end) const {
  if (!watches(family)) return false;
  const OfFamily& one = of(family);
  const std::shared_lock lock(one.mutex);
  const auto at = find(one, key);
  if (at == one.stretches.end() || at->second.since > sequence) return false;
  end = at->first;
  return true;
}

bool DeadKeys::skip_below(Family family, std::uint64_t sequence, std::string_view key,
                          std::string& end) const {
  if (!watches(family)) return false;
  const OfFamily& one = of(family);
  const std::shared_lock lock(one.mutex);
  auto at = one.stretches.lower_bound(key);
  if (at == one.stretches.begin()) return false;
  --at;
  if (key > at->second.to || at->second.since > sequence) return false;
  end = at->first;
  return true;
}

DeadKeys::Writing DeadKeys::try_writing() {
  Writing held(writing_, std::try_to_lock);
  for (int tried = 1; !held && tried < kTries; ++tried) {
    std::this_thread::sleep_for(kBetweenTries);
    if (held.try_lock()) break;
  }
  return held;
}

void DeadKeys::give_up(OfFamily& family, std::string_view key) {
  const std::unique_lock lock(family.mutex);
  for (Registered& one : family.registered) {
    one.broken = one.broken || (key >= one.from && key < one.to);
  }
  const auto at = find(family, key);
  if (at == family.stretches.end()) return;
  const Stretch whole = at->second;
  const bool first = at->first == key;
  const auto before = family.stretches.erase(at, at);  // no longer const
  std::string behind(key);
  behind.push_back('\0');
  if (first) {
    family.stretches.erase(before);
  } else {
    before->second.to.assign(key);
  }
  if (behind < whole.to && family.stretches.size() < kMostStretches) {
    family.stretches.emplace(std::move(behind), whole);
  }
  family.count();
}

void DeadKeys::take_in(OfFamily& family, std::string from, Stretch stretch) {
  Stretches& all = family.stretches;
  auto at = all.upper_bound(from);
  if (at != all.begin() && std::prev(at)->second.to >= from) {
    --at;
    from = at->first;
  }
  while (at != all.end() && at->first <= stretch.to) {
    stretch.to = std::max(stretch.to, at->second.to);
    stretch.since = std::max(stretch.since, at->second.since);
    at = all.erase(at);
  }
  if (all.size() >= kMostStretches) {
    all.erase(std::min_element(all.begin(), all.end(), [](const auto& a, const auto& b) {
      return a.second.since < b.second.since;
    }));
  }
  all.emplace(std::move(from), std::move(stretch));
}

void DeadKeys::note(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* handle, Family family,
                    std::string_view from, std::string_view to) {
  noted_.fetch_add(1, std::memory_order_relaxed);
  if (family == Family::kMeta || family == Family::kOplog) return;
  if (from.size() < sizeof(Keyspace)) return;
  const KeyspaceRange keyspace(keyspace_of(from));
  if (to.empty() || to > keyspace.range().upper) to = keyspace.range().upper;
  if (from >= to) return;
  OfFamily& one = of(family);
  std::list<Registered>::iterator registered;
  {
    const Writing nobody_writes = try_writing();
    if (!nobody_writes) return;
    const std::unique_lock lock(one.mutex);
    // A reader of an older state has met it; made anew, it would be of use to fewer.
    const auto known = find(one, from);
    if (known != one.stretches.end() && to <= known->second.to) return;
    registered = one.registered.insert(one.registered.end(), {std::string(from), std::string(to)});
    one.count();
  }
  rocksdb::ReadOptions read;
  const rocksdb::Slice end = slice_of(to);
  read.iterate_upper_bound = &end;
  read.total_order_seek = true;
  const std::unique_ptr<rocksdb::Iterator> rows(db.NewIterator(read, handle));
  const std::uint64_t since = db.GetLatestSequenceNumber();
  rows->Seek(slice_of(from));
  std::string reached(to);
  if (rows->Valid()) reached.assign(rows->key().data(), rows->key().size());
  const std::unique_lock lock(one.mutex);
  if (rows->status().ok() && !registered->broken && reached > from) {
    take_in(one, std::string(from), {std::move(reached), since});
    stretches_made_.fetch_add(1, std::memory_order_relaxed);
  }
  one.registered.erase(registered);
  one.count();
}

}  // namespace cairn
