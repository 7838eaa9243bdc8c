// Deleting what is due, and checking that what will be due is known.
//
// The entries are in the order of time, so a pass reads what it deletes and one entry more. Where
// the last pass stopped is remembered: the entries it removed are not walked over again. A clock
// that was put back can leave entries before that place, so that now and then a pass begins at the
// beginning.
#include "engine/keys/key_store.h"

#include <algorithm>
#include <utility>

namespace cairn::keys {
namespace {

constexpr std::int64_t kFromStartEveryMs = 60'000;

// When to come back for keys that were being written.
constexpr std::int64_t kHeldAgainMs = 1000;

}  // namespace

// An entry that is due, and the row that it names.
struct KeyStore::Due {
  std::string entry;
  std::string row;
  std::int64_t expires_ms = 0;
  std::uint64_t lock_hash = 0;
};

Result<std::vector<KeyStore::Due>> KeyStore::due_entries(std::int64_t now,
                                                         std::size_t limit) const {
  std::vector<Due> due;
  std::shared_lock lock(mutex_);
  const std::string upper = expiry_bound(expiries_, now + 1);
  KeyCursor cursor = storage_.latest().scan(Family::kAux, {sweep_from_, upper});
  for (cursor.seek_first(); cursor.valid() && due.size() < limit; cursor.next()) {
    CAIRN_ASSIGN_OR_RETURN(const ExpiryEntry entry, decode_expiry_key(cursor.key()));
    const auto name = names_.find(entry.space);
    const std::string_view space = name == names_.end() ? std::string_view() : name->second;
    due.push_back({std::string(cursor.key()), row_key(entry.space, entry.key), entry.expires_ms,
                   lock_hash(space, entry.key)});
  }
  CAIRN_RETURN_IF_ERROR(cursor.status());
  return due;
}

// Whoever writes to a key may wait for a document, and so for a transaction, as long as that lives:
// the sweeper must not, nor keep other keys from their writers meanwhile.
Result<Intents> KeyStore::lock_free(std::vector<Due>& due) const {
  CAIRN_ASSIGN_OR_RETURN(Intents intents, storage_.intents().lock({}));
  bool led = false;
  std::erase_if(due, [&](const Due& each) {
    const LockOptions now{.on_conflict = OnConflict::kFail};
    if (intents.extend({&each.lock_hash, 1}, now).ok()) return false;
    if (std::exchange(led, true)) return true;
    storage_.commits().lead_staged();  // staged commits may hold some
    return !intents.extend({&each.lock_hash, 1}, now).ok();
  });
  return intents;
}

Result<std::size_t> KeyStore::sweep(std::size_t limit) {
  std::lock_guard sweeping(sweep_mutex_);
  const Keyspace expiries = expiries_space();
  if (expiries == kNoKeyspace) return std::size_t{0};
  const std::int64_t now = now_ms();
  passes_.fetch_add(1, std::memory_order_relaxed);
  if (sweep_from_.empty() || now >= from_start_ms_ || from_start_ms_ - now > kFromStartEveryMs) {
    sweep_from_ = expiry_bound(expiries, 0);
    from_start_ms_ = now + kFromStartEveryMs;
  }
  CAIRN_ASSIGN_OR_RETURN(std::vector<Due> due, due_entries(now, limit));
  if (due.empty()) return std::size_t{0};
  const std::size_t found = due.size();
  const std::string last = due.back().entry;
  CAIRN_ASSIGN_OR_RETURN(Intents intents, lock_free(due));
  if (due.size() < found) from_start_ms_ = std::min(from_start_ms_, now + kHeldAgainMs);
  CAIRN_RETURN_IF_ERROR(remove_due(due, intents, now));
  sweep_from_ = last;
  return found;
}

Status KeyStore::remove_due(const std::vector<Due>& due, Intents& intents, std::int64_t now) {
  if (due.empty()) return {};
  WriteUnit unit;
  std::size_t expired = 0;
  PinnedValue value;
  const Reader reader = storage_.latest();
  for (const Due& each : due) {
    CAIRN_ASSIGN_OR_RETURN(const bool found, reader.get(Family::kAux, each.row, value));
    unit.remove(Family::kAux, each.entry);
    if (!found) continue;
    CAIRN_ASSIGN_OR_RETURN(const Row row, decode_row(value.view()));
    if (row.expires_ms != each.expires_ms) continue;  // it was given another time meanwhile
    unit.remove(Family::kAux, each.row);
    ++expired;
  }
  CAIRN_RETURN_IF_ERROR(storage_.commits().commit(unit, &intents).status());
  expired_.fetch_add(expired, std::memory_order_relaxed);
  lag_ms_.store(now - due.back().expires_ms, std::memory_order_relaxed);
  return {};
}

SweepCounts KeyStore::counts() const {
  return {.expired = expired_.load(std::memory_order_relaxed),
          .passes = passes_.load(std::memory_order_relaxed),
          .lag_ms = lag_ms_.load(std::memory_order_relaxed)};
}

Status KeyStore::check(const Reader& reader,
                       const std::function<void(std::string)>& problem) const {
  Keyspace expiries = kNoKeyspace;
  std::map<Keyspace, std::string> names;
  {
    std::shared_lock lock(mutex_);
    expiries = expiries_;
    names = names_;
  }
  std::uint64_t expiring = 0;
  for (const auto& [keyspace, name] : names) {
    const KeyspaceRange range(keyspace);
    KeyCursor cursor = reader.scan(Family::kAux, range.range(), {.fill_cache = false});
    for (cursor.seek_first(); cursor.valid(); cursor.next()) {
      CAIRN_ASSIGN_OR_RETURN(const Row row, decode_row(cursor.value()));
      if (row.expires_ms == 0) continue;
      ++expiring;
      const std::string entry =
          expiry_key(expiries, {row.expires_ms, keyspace, after_keyspace(cursor.key())});
      CAIRN_ASSIGN_OR_RETURN(const bool found, reader.contains(Family::kAux, entry));
      if (!found) problem("keys " + name + ": a key that expires has no entry for it");
    }
    CAIRN_RETURN_IF_ERROR(cursor.status());
  }
  if (expiries == kNoKeyspace) return {};
  std::uint64_t entries = 0;
  const KeyspaceRange range(expiries);
  KeyCursor cursor = reader.scan(Family::kAux, range.range(), {.fill_cache = false});
  for (cursor.seek_first(); cursor.valid(); cursor.next()) {
    CAIRN_ASSIGN_OR_RETURN(const ExpiryEntry entry, decode_expiry_key(cursor.key()));
    if (names.contains(entry.space)) ++entries;  // those of a dropped space go when they are due
  }
  CAIRN_RETURN_IF_ERROR(cursor.status());
  if (entries != expiring) {
    problem("keys: " + std::to_string(entries) + " expiries for " + std::to_string(expiring) +
            " keys that expire");
  }
  return {};
}

}  // namespace cairn::keys
