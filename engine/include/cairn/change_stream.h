// ChangeStream: what happens to a collection, a database or all of them, in the order of the
// commits.
//
//   auto changes = orders.watch();
//   while (true) {
//     auto event = changes->next(std::chrono::seconds(1));
//     if (!event.ok()) return event.status();
//     if (*event) handle(**event);         // {_id, operationType, fullDocument, ns, documentKey,
//     …} else if (changes->ended()) break;    // the collection was dropped or renamed
//   }
#pragma once

#include <cairn/bson.h>
#include <cairn/change_feed.h>
#include <cairn/operation.h>
#include <cairn/status.h>

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

namespace cairn {

// As the fields of MongoDB's `$changeStream`. Everything borrowed lives until the call returns.
struct WatchOptions {
  // Stages that the events pass ($match, $project, …): an array.
  DocumentView pipeline;
  // "default", "updateLookup", "whenAvailable" or "required"; empty: "default".
  std::string_view full_document;
  // "off", "whenAvailable" or "required"; empty: "off".
  std::string_view full_document_before_change;
  bool show_expanded_events = false;
  // At most one of these three; none: from now on.
  DocumentView resume_after;
  DocumentView start_after;
  std::optional<OpTime> start_at;
};

// Move-only; one thread at a time, though not always the same one. Between calls it holds no lock,
// no thread and nothing of storage. It must not outlive its Database.
class ChangeStream {
 public:
  explicit ChangeStream(ChangeCursor changes) : changes_(std::move(changes)) {}

  // The next event; waits for one up to `patience`, then gives nullopt. The view lives until the
  // next call. Errors: ChangeStreamHistoryLost where the oplog no longer has what comes next,
  // NoMatchingDocument (a required image is not there), the interrupt's; an error ends the stream.
  Result<std::optional<DocumentView>> next(std::chrono::milliseconds patience = {},
                                           const Interrupt* interrupt = nullptr);
  // After the invalidation of the stream, or an error: there will be no more events.
  bool ended() const { return changes_.cursor.exhausted(); }
  // With which another stream goes on behind all that this one has seen: `resume_after`; after an
  // invalidation `start_after`.
  Document resume_token() const { return changes_.feed->resume_token(); }

 private:
  ChangeCursor changes_;
};

}  // namespace cairn
