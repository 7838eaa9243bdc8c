// SharedEvents: the events that one or many streams want, each made once.
//
// Streams that ask for the same (WatchOptions::events_key) share one of these. What they read is
// blocks: the events of a stretch of the oplog. The first who comes to the end of what is made
// makes the next block; the others find it. A block is kept until every stream has had it or nobody
// has for ten seconds, or until there is no room for it, those first that were not had for longest.
// Streams that have fallen back share what they make in the same way.
// Thread-safety: SharedEvents and EventHub may be used by many threads; a block is constant.
#pragma once

#include "engine/catalog/catalog.h"
#include "engine/changes/watch_options.h"
#include "engine/storage/change.h"
#include "engine/storage/storage.h"

#include <cairn/bson.h>
#include <cairn/operation.h>
#include <cairn/status.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace cairn::changes {

struct EventBlock {
  struct Event {
    OpNumber op = 0;
    Uuid collection{};
    Date wall{};
    bool told = false;  // else it is only the last one that ends the stream
    bool last = false;  // the invalidation of the stream follows
    std::size_t offset = 0;
  };

  DocumentView document(const Event& event) const {
    return DocumentView(reinterpret_cast<const std::uint8_t*>(bytes.data()) + event.offset);
  }

  OpNumber behind = 0;  // what came after this change
  OpNumber upto = 0;    // and not after this one, has been looked at
  std::vector<Event> events;
  std::string bytes;
};
using BlockPtr = std::shared_ptr<const EventBlock>;  // by those who share the events

// The most events of one block.
inline constexpr std::size_t kBlockEvents = 1024;

// What all shared events of a database have in common.
struct EventLimits {
  std::uint64_t block_bytes = 0;  // of all blocks that are kept
  std::atomic<std::uint64_t> kept_bytes{0};
  // How long images of changes can be had; 0: as long as the changes.
  std::atomic<std::int64_t> image_seconds{0};
};

class SharedEvents : public std::enable_shared_from_this<SharedEvents> {
 public:
  // All but the options outlive it.
  SharedEvents(Storage& storage, Catalog& catalog, EventLimits& limits, WatchOptions options)
      : storage_(storage), catalog_(catalog), limits_(limits), options_(std::move(options)) {}
  SharedEvents(const SharedEvents&) = delete;
  SharedEvents& operator=(const SharedEvents&) = delete;
  ~SharedEvents();

  // A block that has what comes right behind `position` (events before it may be in it, too); it
  // may have no event. It ends at the present end of the oplog, or early, where it has become large
  // or has taken long; one that is not shared, at so many events.
  // Errors: ChangeStreamHistoryLost, NoMatchingDocument, the interrupt's.
  Result<BlockPtr> behind(OpNumber position, std::size_t events, const Interrupt* interrupt);

 private:
  using Clock = std::chrono::steady_clock;
  struct Kept {
    BlockPtr block;
    Clock::time_point had;
    long taken = 0;  // so often was it read from its beginning
  };
  using KeptBlocks = std::list<Kept>;
  // What a block may have: so many events, and no change after this one.
  struct Bounds {
    std::size_t events = 0;
    OpNumber upto = std::numeric_limits<OpNumber>::max();
  };

  long streams() const { return weak_from_this().use_count(); }
  BlockPtr find(OpNumber position);
  Result<BlockPtr> make(OpNumber position, Bounds bounds, const Interrupt* interrupt) const;
  Status add(const ChangeRow& row, EventBlock& block) const;
  void keep(const BlockPtr& block);
  void drop(KeptBlocks::iterator kept);
  void drop_old();

  Storage& storage_;
  Catalog& catalog_;
  EventLimits& limits_;
  const WatchOptions options_;
  std::mutex mutex_;
  // Guarded by mutex_: the one that was not had for longest is the first; and by what they are
  // behind.
  KeptBlocks kept_;
  std::map<OpNumber, KeptBlocks::iterator> places_;
};
using SharedEventsPtr = std::shared_ptr<SharedEvents>;  // by the streams

// The shared events of a database.
class EventHub {
 public:
  // Both outlive it, and it outlives the streams.
  EventHub(Storage& storage, Catalog& catalog);

  SharedEventsPtr events(const WatchOptions& options);
  EventLimits& limits() { return limits_; }

 private:
  Storage& storage_;
  Catalog& catalog_;
  EventLimits limits_;
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<SharedEvents>> events_;  // guarded by mutex_
};

// The error of a stream whose place the oplog no longer has.
Status history_lost();

}  // namespace cairn::changes
