// What every operation takes besides its arguments: how it is interrupted, in whose session it
// runs, how durable it is.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace cairn {

// Stops an operation from outside, or by its deadline. The operation looks at it every few hundred
// documents. Thread-safety: `interrupt` may be called from any thread, at any time, more than once
// (the first code stays).
class Interrupt {
 public:
  using Clock = std::chrono::steady_clock;

  Interrupt() = default;
  // Fails with MaxTimeMSExpired from `deadline` on.
  explicit Interrupt(Clock::time_point deadline) : deadline_(deadline) {}
  // REQUIRES: no operation looks at it yet.
  void set_deadline(Clock::time_point deadline) { deadline_ = deadline; }

  void interrupt(ErrorCode code = ErrorCode::kInterrupted) {
    auto none = ErrorCode::kOK;
    code_.compare_exchange_strong(none, code, std::memory_order_relaxed);
  }
  // OK, or why the operation must stop.
  Status check() const {
    const ErrorCode code = code_.load(std::memory_order_relaxed);
    if (code != ErrorCode::kOK) return Status(code, "operation was interrupted");
    if (deadline_ != Clock::time_point::max() && Clock::now() >= deadline_) {
      return Status(ErrorCode::kMaxTimeMSExpired, "operation exceeded time limit");
    }
    return Status();
  }

 private:
  std::atomic<ErrorCode> code_{ErrorCode::kOK};
  Clock::time_point deadline_ = Clock::time_point::max();
};

// When a write counts as done.
enum class Durability : std::uint8_t {
  kBuffered,  // in the operating system: survives the death of the process; fsync follows within
              // 100 ms
  kSynced,    // fsync first: survives the death of the machine (`j: true`, `w: "majority"`)
};

// A point in the order of all writes. Strictly increasing, also across restarts; it is the
// `operationTime` that drivers see: (seconds << 32) | increment.
struct OpTime {
  std::uint64_t value = 0;
  Timestamp timestamp() const { return Timestamp::from_value(value); }
  friend auto operator<=>(const OpTime&, const OpTime&) = default;
};

// Who a session belongs to: the client's UUID and the digest of its user (zeros without
// authentication).
struct SessionId {
  std::array<std::uint8_t, 16> uuid{};
  std::array<std::uint8_t, 32> user_digest{};
  friend auto operator<=>(const SessionId&, const SessionId&) = default;
};

// Names a write so that repeating it does it once: the driver's `txnNumber` and the statement's
// number within the command. The outcome is stored in the write's own batch and returned on a
// repetition, also after a restart. Source: the MongoDB specification "retryable-writes".
struct RetryableWrite {
  SessionId session;
  std::int64_t txn_number = 0;
  // The first statement's number; the i-th statement of a command has `first_statement + i` unless
  // `statement_ids` (same length as the statements) says otherwise.
  std::int32_t first_statement = 0;
  std::vector<std::int32_t> statement_ids;
  std::int32_t statement(std::size_t i) const {
    return i < statement_ids.size() ? statement_ids[i]
                                    : first_statement + static_cast<std::int32_t>(i);
  }
};

class Transaction;

// Options of reads and writes alike. Everything borrowed lives until the call returns, for a cursor
// until it is destroyed.
struct OperationOptions {
  const Interrupt* interrupt = nullptr;
  DocumentView let;        // variables for `$$name`
  DocumentView collation;  // empty: the collection's own, or simple binary comparison
  // Not null: the operation reads what the transaction sees and writes into it (transaction.h).
  const Transaction* transaction = nullptr;
};

// Is told how a write ended that had been left pending.
// `committed` is called once, from any thread, perhaps before the write has returned. Be quick; a
// call of the API from within is allowed.
class CommitObserver {
 public:
  virtual void committed(const Status& status) = 0;

 protected:
  ~CommitObserver() = default;
};

class KeyBatch;

struct WriteOptions {
  OperationOptions operation;
  Durability durability = Durability::kBuffered;
  std::optional<RetryableWrite> retry;
  bool ordered = true;
  bool bypass_document_validation = false;
  // Not null: a small write with kBuffered may return before it is applied. Its result then says
  // `pending`: it is what the write will have done once the observer is told success; until then
  // nobody sees it. Who leaves writes pending calls `Database::commit_pending` soon after, and
  // waits for every observer before the Database ends. Many small writes become one commit so.
  CommitObserver* observer = nullptr;
  // Not null: writes of keys that happen with this write, in its one commit: both or neither, also
  // after `kill -9`. They happen if the write finds its document, or inserts; the result's `keys`
  // says whether. A condition on a key that does not hold is the error AtomicityFailure, and then,
  // as after any other error, neither is written. One statement, of one document, or an insert that
  // fits one commit; anything else is InvalidOptions. Never left pending. The keys are locked
  // before documents are looked for: who writes the same keys waits until the write is done.
  const KeyBatch* keys = nullptr;
};

}  // namespace cairn
