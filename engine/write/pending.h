// Pending: a write that is applied after its command has returned. It keeps what the write holds
// (lease, retry ticket, intents) until then, and tells the command's observer.
#pragma once

#include "engine/catalog/catalog.h"
#include "engine/storage/commit_pipeline.h"
#include "engine/write/retry.h"

#include <cairn/operation.h>

namespace cairn::write {

class Pending final : public StagedCommit {
 public:
  explicit Pending(CommitObserver& observer) : observer_(observer) {}

  void hold(Lease lease, RetryTicket ticket, Intents locked) {
    lease_ = std::move(lease);
    ticket_ = std::move(ticket);
    intents = std::move(locked);
  }

  void done(const Status& status) override {
    if (status.ok()) {
      ticket_.committed();
    } else {
      ticket_.failed();
    }
    // Let go first: what the observer does may want the same documents.
    intents.release();
    ticket_ = RetryTicket();
    lease_.release();
    observer_.committed(status);
  }

 private:
  CommitObserver& observer_;
  Lease lease_;
  RetryTicket ticket_;
};

}  // namespace cairn::write
