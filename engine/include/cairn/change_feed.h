// ChangeFeed: what a cursor over changes can tell besides its documents.
#pragma once

#include <cairn/bson.h>
#include <cairn/cursor.h>
#include <cairn/operation.h>
#include <cairn/status.h>

#include <cstdint>
#include <functional>
#include <memory>

namespace cairn {

// Belongs to its cursor: one thread at a time uses the two.
class ChangeFeed {
 public:
  virtual ~ChangeFeed() = default;
  // There will be no more changes.
  virtual bool ended() const = 0;
  // Until there may be more than the cursor's last `next` saw, or `until`. Error: the interrupt's.
  virtual Status wait(Interrupt::Clock::time_point until, const Interrupt* interrupt) = 0;
  // Where the cursor gave nullopt: has `callback` called once, as soon as there may be more,
  // perhaps before this returns; from any thread, so be quick. It is forgotten with what this gives
  // (though it may just be called then). Null, and nothing is called: there may be more already.
  // Shared: an opaque handle.
  virtual std::shared_ptr<void> when_more(std::function<void()> callback) = 0;
  // How many changes of all kinds there are that the cursor has not looked at yet: roughly, but 0
  // only where there is none.
  virtual std::uint64_t changes_ahead() const = 0;
  // With which another cursor goes on behind all that this one has given, and behind what it passed
  // over.
  virtual Document resume_token() const = 0;
  // The same but for what it has given last.
  virtual Document resume_token_before_last() const = 0;
};

struct ChangeCursor {
  Cursor cursor;
  std::shared_ptr<ChangeFeed> feed;  // shared with the cursor
};

}  // namespace cairn
