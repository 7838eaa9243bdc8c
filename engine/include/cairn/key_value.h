// KeyValue: keys with values and, where wanted, a time to live: caches, sessions, locks, rate
// limits, heartbeats.
//
//   cairn::KeyValue sessions = (*db)->key_value("sessions");
//   sessions.set(token, user, {.expiry = cairn::Expiry::after(std::chrono::minutes(30))});
//   auto user = sessions.get(token);
//
//   // A lock that frees itself, and is freed by none but its owner:
//   auto locked = locks.set("job-7", owner, {.expiry =
//   cairn::Expiry::after(std::chrono::seconds(30)),
//                                            .condition = cairn::KeyCondition::kAbsent});
//   locks.remove("job-7", {.condition = cairn::KeyCondition::kEquals, .expected = owner});
//
//   // A document and keys in one commit, both or neither (WriteOptions::keys):
//   cairn::KeyBatch once;
//   once.set("seen", message_id, "", {.condition = cairn::KeyCondition::kAbsent});
//   auto inserted = orders.insert(order, {.keys = &once});  // AtomicityFailure: seen before
#pragma once

#include <cairn/operation.h>
#include <cairn/status.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cairn {

class Engine;

// When a key ceases to be. From that millisecond on nobody reads it, whether or not it has been
// deleted yet, and also after a restart. Times are the system's clock.
struct Expiry {
  enum class Kind : std::uint8_t { kNever, kAt, kAfter, kKeep };
  Kind kind = Kind::kNever;
  std::int64_t ms = 0;  // kAt: since 1970; kAfter: from now

  static constexpr Expiry never() { return {}; }
  static constexpr Expiry at(std::int64_t ms_since_1970) { return {Kind::kAt, ms_since_1970}; }
  static constexpr Expiry after(std::chrono::milliseconds time) {
    return {Kind::kAfter, time.count()};
  }
  // What the key has; never, for a new one.
  static constexpr Expiry keep() { return {Kind::kKeep, 0}; }
};

// What must hold of a key, or nothing is written.
enum class KeyCondition : std::uint8_t { kNone, kAbsent, kPresent, kEquals };

struct SetOptions {
  Expiry expiry;
  KeyCondition condition = KeyCondition::kNone;
  std::string_view expected;  // kEquals: the value it must have
  Durability durability = Durability::kBuffered;
};

struct SetResult {
  bool done = false;                    // false: the condition did not hold
  std::optional<std::string> previous;  // the value before, whether or not it was set
  OpTime op_time;
};

struct RemoveKeyOptions {
  KeyCondition condition = KeyCondition::kNone;
  std::string_view expected;
  Durability durability = Durability::kBuffered;
};

struct IncrementOptions {
  std::int64_t initial = 0;        // what a key that is not there counts from
  Expiry expiry = Expiry::keep();  // kKeep: a window that opens with the first increment stays
  Expiry expiry_if_new;            // of a key that was not there; used where `expiry` is kKeep
  Durability durability = Durability::kBuffered;
};

// How long a key has yet.
struct KeyLife {
  bool expires = false;
  std::int64_t remaining_ms = 0;
  std::int64_t expires_at_ms = 0;  // since 1970
};

struct KeyEntry {
  std::string key;
  std::string value;
  std::int64_t expires_at_ms = 0;  // since 1970; 0: never
};

struct KeyPage {
  std::vector<KeyEntry> entries;  // ascending by the bytes of their keys
  bool more = false;              // go on `after` the last entry's key; then there is one
};

struct ScanKeysOptions {
  std::string_view after;  // only keys greater than this one
  // At least 1. A page of large values ends earlier, at about 16 MB.
  std::size_t limit = 1000;
  bool values = true;
  const Interrupt* interrupt = nullptr;
};

// Writes of several keys that happen together or not at all. Keys of one batch may be in different
// spaces. Holds copies. Thread-safety: none.
class KeyBatch {
 public:
  KeyBatch& set(std::string_view space, std::string_view key, std::string_view value,
                const SetOptions& options = {});
  KeyBatch& remove(std::string_view space, std::string_view key,
                   const RemoveKeyOptions& options = {});
  KeyBatch& expire(std::string_view space, std::string_view key, Expiry expiry);
  KeyBatch& increment(std::string_view space, std::string_view key, std::int64_t by,
                      const IncrementOptions& options = {});
  // Writes nothing, but the batch is done only if it holds.
  KeyBatch& require(std::string_view space, std::string_view key, KeyCondition condition,
                    std::string_view expected = {});

  struct Write {
    enum class Kind : std::uint8_t { kSet, kRemove, kExpire, kIncrement, kRequire };
    Kind kind = Kind::kSet;
    std::string space;
    std::string key;
    std::string value;
    Expiry expiry;
    Expiry expiry_if_new;
    KeyCondition condition = KeyCondition::kNone;
    std::string expected;
    std::int64_t number = 0;   // kIncrement: by how much
    std::int64_t initial = 0;  // kIncrement
  };
  std::span<const Write> writes() const { return writes_; }
  bool empty() const { return writes_.empty(); }
  void clear() { writes_.clear(); }

 private:
  std::vector<Write> writes_;
};

// What one write of a batch found and did.
struct KeyOutcome {
  bool held = true;                     // its condition held
  std::optional<std::string> previous;  // the value before the batch's earlier writes of the key
                                        // are counted in
  std::int64_t number = 0;              // kIncrement: the new value
};

struct KeyBatchResult {
  // False: nothing was written, since some condition did not hold. Of a write of documents: since
  // it found or inserted none; a condition that does not hold is its error.
  bool done = false;
  // One per write, up to the one that did not hold; none of what is a repetition of a retryable
  // write, whose keys were written when it was first done.
  std::vector<KeyOutcome> outcomes;
  OpTime op_time;
};

struct KeyBatchOptions {
  Durability durability = Durability::kBuffered;
};

struct DropSpaceOptions {
  Durability durability = Durability::kBuffered;
  const Interrupt* interrupt = nullptr;  // ends the wait for those who write to the space
};

// A handle on a space of keys by name; cheap to make, copy and keep. A space begins with the first
// key set in it. Keys and values are bytes. Thread-safe; must not outlive its Database.
// Every call is one atomic commit. Errors: BadValue (an empty or too long name, key or value),
// TypeMismatch and Overflow (increment).
class KeyValue {
 public:
  KeyValue(Engine* engine, std::string_view space) : engine_(engine), space_(space) {}
  const std::string& space() const { return space_; }

  Result<std::optional<std::string>> get(std::string_view key) const;
  // One per key, all at one moment.
  Result<std::vector<std::optional<std::string>>> get(std::span<const std::string_view> keys) const;
  Result<bool> contains(std::string_view key) const;

  Result<SetResult> set(std::string_view key, std::string_view value, const SetOptions& = {});
  // Whether there was one, and the condition held.
  Result<bool> remove(std::string_view key, const RemoveKeyOptions& = {});
  // The new number. A value is a number as decimal text, within 64 bits.
  Result<std::int64_t> increment(std::string_view key, std::int64_t by = 1,
                                 const IncrementOptions& = {});

  // False: there is no such key. An expiry in the past removes it.
  Result<bool> expire(std::string_view key, Expiry expiry);
  Result<bool> persist(std::string_view key) { return expire(key, Expiry::never()); }
  // nullopt: there is no such key.
  Result<std::optional<KeyLife>> life(std::string_view key) const;

  // The keys that begin with `prefix`. Error: BadValue (a limit of 0).
  Result<KeyPage> scan(std::string_view prefix = {}, const ScanKeysOptions& = {}) const;

  // Removes all keys at once, in one commit whatever their number, and the space with them; false:
  // there was none. Waits for writes that have begun; those that begin meanwhile wait for it and
  // begin the space anew. Their room is given back in the background.
  Result<bool> drop(const DropSpaceOptions& = {});

 private:
  Engine* engine_;
  std::string space_;
};

}  // namespace cairn
