// TransactionUses: which open transactions use a collection, so that a DDL can wait for them.
//
// A transaction uses a collection from its first read or write of it until it ends. A DDL keeps new
// uses out, and waits until each that there is has ended, or for as long as its transaction may
// live; those who are in no transaction go on meanwhile. Thread-safety: all of it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <set>

#include <cairn/status.h>

namespace cairn {

class TransactionUses {
 public:
  using Clock = std::chrono::steady_clock;

  // That of one transaction; ends with the object.
  class Use {
   public:
    Use() = default;
    Use(Use&& other) noexcept = default;
    Use& operator=(Use&& other) noexcept;
    ~Use() { end(); }

   private:
    friend class TransactionUses;
    Use(std::shared_ptr<TransactionUses> of, std::multiset<Clock::time_point>::iterator place)
        : of_(std::move(of)), place_(place) {}
    void end();
    std::shared_ptr<TransactionUses> of_;  // shared with its collection, which it may outlive
    std::multiset<Clock::time_point>::iterator place_;
  };

  // While one lives, no use begins. It must not outlive `of`.
  class Barrier {
   public:
    explicit Barrier(TransactionUses& of);
    Barrier(Barrier&& other) noexcept;
    Barrier& operator=(Barrier&&) = delete;
    ~Barrier();

   private:
    TransactionUses* of_;
  };

  // The use of a transaction that lives until `until` at the most. None: a DDL has kept it out for
  // all of `patience`.
  static std::optional<Use> begin(std::shared_ptr<TransactionUses> of, Clock::time_point until,
                                  std::chrono::milliseconds patience);
  // Until nobody uses it whose time is not over. REQUIRES: the caller has a Barrier.
  // Error: that of the thread's InterruptScope.
  Status wait_ended();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::multiset<Clock::time_point>
      uses_;  // by when they have ended; guarded by mutex_, as the next
  int barriers_ = 0;
};

}  // namespace cairn
