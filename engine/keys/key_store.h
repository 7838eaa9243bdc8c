// KeyStore: spaces of keys that may expire.
//
// A key's row holds when it expires, so that no reader takes a dead one for alive; an entry ordered
// by that time leads the sweeper to what is due and to nothing else. Both are written in one
// commit. Writers lock the intents of their keys. Thread-safety: everything, from any thread.
#pragma once

#include "engine/keys/evaluation.h"
#include "engine/keys/key_row.h"
#include "engine/storage/gate.h"
#include "engine/storage/storage.h"

#include <cairn/key_value.h>
#include <cairn/status.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::keys {

struct SweepCounts {
  std::uint64_t expired = 0;  // keys deleted because they were due, since the start
  std::uint64_t passes = 0;
  std::int64_t lag_ms = 0;  // by how much the last one deleted was late
};

// The right to write to a space: a drop of it waits until all have ended.
class SpaceLease {
 public:
  // REQUIRES: the gate was entered.
  SpaceLease(std::string_view name, Keyspace keyspace, std::shared_ptr<Gate> gate)
      : name_(name), keyspace_(keyspace), gate_(std::move(gate)) {}
  SpaceLease(SpaceLease&&) noexcept = default;
  SpaceLease& operator=(SpaceLease&& other) noexcept;
  ~SpaceLease() { release(); }
  const std::string& name() const { return name_; }
  Keyspace keyspace() const { return keyspace_; }

 private:
  void release();
  std::string name_;
  Keyspace keyspace_;
  std::shared_ptr<Gate> gate_;  // shared with the space, which may be forgotten before
};

// A batch that is being put into a commit: holds its spaces and the intents of its keys.
class PreparedBatch {
 public:
  const KeyBatchResult& result() const { return result_; }
  KeyBatchResult& result() { return result_; }
  bool holds() const { return result_.done; }
  Intents& intents() { return intents_; }
  // Adds the batch's writes. REQUIRES: holds().
  void add_to(WriteUnit& unit) const;

 private:
  friend class KeyStore;
  // kNoKeyspace: it was not there when the keys were locked, so that none of them is.
  Keyspace space(std::string_view name) const;
  std::vector<SpaceLease> leases_;
  Intents intents_;
  std::int64_t at_ms_ = INT64_MIN;  // the moment that it was evaluated for
  KeyBatchResult result_;
  // Row key -> what it becomes; nullopt: removed.
  std::map<std::string, std::optional<std::string>, std::less<>> rows_;
  std::vector<std::string> new_expiries_;
  std::vector<std::string> old_expiries_;
};

class KeyStore {
 public:
  using Clock = std::function<std::int64_t()>;  // milliseconds since 1970

  // `storage` outlives the store.
  static Result<std::unique_ptr<KeyStore>> load(Storage& storage, Clock clock);

  std::int64_t now_ms() const { return clock_(); }
  // kNoKeyspace: there is no such space.
  Keyspace find(std::string_view space) const;

  // The row of a key that is alive at `now_ms`, or nullopt; `value` keeps its bytes.
  Result<std::optional<Row>> get(const Reader& reader, Keyspace space, std::string_view key,
                                 PinnedValue& value, std::int64_t now_ms) const;
  Result<KeyPage> scan(Keyspace space, std::string_view prefix, const ScanKeysOptions&) const;

  // Locks the keys and looks whether the conditions hold. Error: WriteConflict never; see KeyValue.
  Result<PreparedBatch> prepare(const KeyBatch& batch);
  // For who has waited since: evaluates the batch for the moment it is now. REQUIRES: `prepared` is
  // of the same batch.
  Status evaluate(const KeyBatch& batch, PreparedBatch& prepared) const;
  // The same, committed alone.
  Result<KeyBatchResult> apply(const KeyBatch& batch);

  // Removes a space with all its keys in one commit, once those who write to it are done; nullopt:
  // there is none. Error: that of the thread's InterruptScope; the space is then as it was.
  Result<std::optional<OpTime>> drop(std::string_view space);

  // Deletes up to `limit` keys that are due; gives how many it looked at. Waits for nobody: a key
  // that is being written stays until a later sweep.
  Result<std::size_t> sweep(std::size_t limit);
  SweepCounts counts() const;

  // The keyspaces that hold keys, the expiries' included; for `check`.
  std::vector<Keyspace> keyspaces() const;
  // Each row's expiry has its entry and the reverse. What is wrong is told to `problem`.
  Status check(const Reader& reader, const std::function<void(std::string)>& problem) const;

 private:
  KeyStore(Storage& storage, Clock clock) : storage_(storage), clock_(std::move(clock)) {}
  Status load_spaces();
  Keyspace expiries_space() const;
  struct Space {
    Keyspace keyspace = kNoKeyspace;
    std::shared_ptr<Gate> gate;  // shared with those inside
  };
  std::optional<Space> look(std::string_view space) const;
  Result<Space> find_or_create(std::string_view space);
  Result<Space> create_locked(std::string_view space);
  // Nothing is held while it waits for a drop to end.
  Status enter(const KeyBatch& batch, PreparedBatch& into);
  // Also the spaces that began since; waits for nothing.
  void enter_new(const KeyBatch& batch, PreparedBatch& into) const;
  Result<OpTime> commit_drop(std::string_view name, Keyspace space);
  Status forget_expiries(Keyspace space);
  Result<Intents> lock(std::span<const std::uint64_t> hashes) const;
  struct Due;
  Result<std::vector<Due>> due_entries(std::int64_t now, std::size_t limit) const;
  // The intents of those that nobody has; the others go out of `due`.
  Result<Intents> lock_free(std::vector<Due>& due) const;
  Status remove_due(const std::vector<Due>& due, Intents& intents, std::int64_t now);
  // What a key's row holds at `now_ms`. REQUIRES: its intent.
  Result<KeyState> read(const std::string& row, std::int64_t now_ms) const;
  void write(std::string_view row, const KeyState& state, PreparedBatch& into) const;

  Storage& storage_;
  const Clock clock_;
  mutable std::shared_mutex mutex_;  // guards what follows
  std::map<std::string, Space, std::less<>> spaces_;
  std::map<Keyspace, std::string> names_;  // the same in reverse
  Keyspace expiries_ = kNoKeyspace;

  std::mutex sweep_mutex_;          // guards what follows; one sweep at a time
  std::string sweep_from_;          // what lies before is deleted already
  std::int64_t from_start_ms_ = 0;  // when to look from the beginning again
  std::atomic<std::uint64_t> expired_{0};
  std::atomic<std::uint64_t> passes_{0};
  std::atomic<std::int64_t> lag_ms_{0};
};

}  // namespace cairn::keys
