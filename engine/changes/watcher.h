// Watcher: the events of a change stream, one after the other.
//
// Between calls it holds a place and nothing of storage once it is parked. One thread at a time.
#pragma once

#include "engine/changes/oplog_end.h"
#include "engine/changes/shared_events.h"
#include "engine/changes/watch_options.h"
#include "engine/storage/storage.h"

#include <cairn/bson.h>
#include <cairn/change_feed.h>
#include <cairn/operation.h>
#include <cairn/status.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace cairn::changes {

// ChangeStreamFatalError, with the label by which drivers do not try again.
Status stream_fatal(std::string message);

class Watcher final : public ChangeFeed {
 public:
  // `storage` outlives it. `events`: what such options ask for.
  Watcher(Storage& storage, SharedEventsPtr events, WatchOptions options);

  // Finds the place to begin at. Errors: ChangeStreamHistoryLost, ChangeStreamFatalError (no event
  // has that token).
  Status start();
  // The next event; nullopt: none now, or (see `ended`) none any more. One call looks at the oplog
  // up to its present end and for a bounded time, so nullopt may come early. The view lives until
  // the next call, or `park`. Errors: ChangeStreamHistoryLost, NoMatchingDocument, the interrupt's.
  Result<std::optional<DocumentView>> next(const Interrupt* interrupt);
  void park();

  // The stream has given its invalidation.
  bool ended() const override { return ended_; }
  Status wait(Interrupt::Clock::time_point until, const Interrupt* interrupt) override;
  std::shared_ptr<void> when_more(std::function<void()> callback) override;
  std::uint64_t changes_ahead() const override;
  // From where a stream goes on behind all that this one has seen: of the last event, or a
  // high-water mark.
  Document resume_token() const override { return token_.document(); }
  Document resume_token_before_last() const override;
  // The event that `next` gave last is told in pieces: this one was. `resume_token` is then its
  // own.
  void told_piece(std::int32_t number) { token_.fragment = number; }
  const ResumeToken& token() const { return token_; }
  // Of a stream that begins behind a piece: `next` gives that event again.
  std::optional<std::int32_t> told_pieces() const {
    return options_.resume ? options_.resume->fragment : std::nullopt;
  }
  // Whether the event that `next` gave last is the one that was told in pieces then.
  bool told_before() const {
    return options_.resume && token_.event && token_.op == options_.resume->op;
  }
  // Whether what a pipeline made of the last event still has the event's `_id`. Error:
  // ChangeStreamFatalError.
  Status check(DocumentView made) const;

 private:
  Status start_after_event(const ResumeToken& token);
  // A block is left behind where a batch ends: so they begin small.
  static constexpr std::size_t kFewestAhead = 16;

  Result<bool> fetch(const Interrupt* interrupt);
  bool take();
  void invalidate();

  Storage& storage_;
  const SharedEventsPtr events_;
  const WatchOptions options_;
  OpNumber position_ = 0;  // everything up to this change has been looked at
  BlockPtr block_;         // of which the events from next_ on are still to be told; null: none
  std::size_t next_ = 0;
  std::size_t ahead_ = kFewestAhead;  // how many events the next block has, if it is its own
  OplogEnd end_;
  ResumeToken token_;
  ResumeToken before_;                 // token_, before it was that of the last event
  std::optional<Date> invalidate_at_;  // an invalidation is to be told: its wall clock
  bool ended_ = false;
  DocumentView event_;  // given last; of the block, or invalidation_
  std::string invalidation_;
};

}  // namespace cairn::changes
