// Cursor: the documents of a query, one after the other.
#pragma once

#include <cairn/bson.h>
#include <cairn/operation.h>
#include <cairn/status.h>

#include <memory>
#include <optional>

namespace cairn {

// Where a cursor's documents come from; implemented by the engine.
class CursorSource {
 public:
  virtual ~CursorSource() = default;
  virtual Result<std::optional<DocumentView>> next(const Interrupt* interrupt) = 0;
  virtual void park() = 0;
  // Of a tailable cursor: `next` may give documents again after it gave none.
  virtual bool tailable() const { return false; }
  // Returns once there may be more than the last `next` saw, or at `until`. Error: the interrupt's.
  virtual Status wait(Interrupt::Clock::time_point until, const Interrupt* interrupt);
};

// A forward-only stream of documents. Move-only; not thread-safe, but may move between threads.
// A cursor holds no lock. It must not outlive its Database.
//
//   while (true) {
//     auto document = cursor.next();
//     if (!document.ok()) return document.status();
//     if (!*document) break;
//     use(**document);
//   }
class Cursor {
 public:
  Cursor() = default;
  explicit Cursor(std::unique_ptr<CursorSource> source) : source_(std::move(source)) {}

  // The next document, or nullopt at the end (and ever after). The view lives until the next call
  // on this cursor. Errors: Interrupted, MaxTimeMSExpired, a corrupt block; an error ends the
  // cursor.
  Result<std::optional<DocumentView>> next(const Interrupt* interrupt = nullptr);
  // Lets go of what a cursor pins in storage (memtables, blocks) while nobody reads from it; `next`
  // goes on from the same position, in the data as it is by then. Views handed out before are dead.
  void park();
  // Of a tailable cursor (FindOptions::tailable) that gave nullopt: waits for inserts until there
  // may be more, or `until`; `next` may then be called again. Any other cursor returns at once.
  Status wait(Interrupt::Clock::time_point until, const Interrupt* interrupt = nullptr);
  // Whether the end has been reached, so that `next` would give nothing. May be false at the very
  // end.
  bool exhausted() const { return source_ == nullptr; }

 private:
  std::unique_ptr<CursorSource> source_;
};

}  // namespace cairn
