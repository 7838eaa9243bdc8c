#include "compat/mongodb/command/batch.h"

#include "compat/mongodb/command/state.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace cairn::mongodb {
namespace {

class DocumentList : public CursorSource {
 public:
  explicit DocumentList(std::vector<Document> documents) : documents_(std::move(documents)) {}

  Result<std::optional<DocumentView>> next(const Interrupt*) override {
    if (at_ == documents_.size()) return std::optional<DocumentView>();
    return std::optional(documents_[at_++].view());
  }
  void park() override {}

 private:
  std::vector<Document> documents_;
  std::size_t at_ = 0;
};

// What an element costs besides its document: type, up to ten digits, NUL.
constexpr std::size_t kElementBytes = 12;

Result<std::optional<DocumentView>> next_document(OpenCursor& open, const Interrupt* interrupt) {
  if (open.unsent) return std::optional(open.unsent->view());
  return open.cursor.next(interrupt);
}

// Fills the open array. Gives whether there may be more.
Result<bool> fill(OpenCursor& open, std::int64_t documents, Call& call, DocumentBuilder& reply) {
  std::size_t bytes = 0;
  std::int64_t count = 0;
  while (count < documents && open.documents_left != 0) {
    CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document,
                           next_document(open, call.interrupt));
    if (!document) {
      call.dialect.metrics.documents_returned.add(count);
      return !open.cursor.exhausted();  // a tailable one goes on
    }
    bytes += document->size() + kElementBytes;
    if (count > 0 && bytes > kMaxBatchBytes) {
      if (!open.unsent) open.unsent = Document(*document);
      break;
    }
    reply.push(*document);
    open.unsent.reset();
    if (open.documents_left > 0) --open.documents_left;
    ++count;
  }
  call.dialect.metrics.documents_returned.add(count);
  if (open.documents_left == 0) return false;
  return open.unsent.has_value() || !open.cursor.exhausted();
}

// From where a change stream goes on behind what has been sent.
void append_resume_token(const OpenCursor& open, DocumentBuilder& reply) {
  if (open.feed == nullptr) return;
  reply.append("postBatchResumeToken",
               open.unsent ? open.feed->resume_token_before_last() : open.feed->resume_token());
}

void append_end(std::int64_t id, std::string_view namespace_name,
                const std::optional<OpTime>& at_cluster_time, DocumentBuilder& reply) {
  if (at_cluster_time) reply.append("atClusterTime", at_cluster_time->timestamp());
  reply.append("id", id).append("ns", namespace_name).end();
}

// Gives the thread back until the cursor has more; the request is then run again. False where the
// cursor, or the caller, cannot do that.
bool wait_elsewhere(Call& call, CursorLease& lease, DialectState::Clock::time_point until) {
  if (call.waker == nullptr || lease->feed == nullptr) return false;
  lease->cursor.park();
  std::shared_ptr<void> more = lease->feed->when_more(*call.waker);
  if (more == nullptr) return false;
  lease->waiting = std::make_unique<WaitingRequest>(&call.connection, *call.waker, std::move(more));
  call.again_at = until;
  lease.keep();
  return true;
}

// A stream that is read as fast as changes come would be told each by itself, at the cost of a
// request. So one that was told something just now waits for more to gather, the longer the more
// streams there are: this for each, between the least and the most.
constexpr std::chrono::microseconds kGatherPerStream(100);
constexpr std::chrono::microseconds kGatherAtLeast(2000);
constexpr std::chrono::microseconds kGatherAtMost(20'000);
// Unless there is as much as this already.
constexpr std::int64_t kGathered = 256;

bool let_gather(Call& call, CursorLease& lease, std::int64_t documents,
                DialectState::Clock::time_point until) {
  if (call.waker == nullptr || lease->feed == nullptr || lease->unsent) return false;
  const auto now = DialectState::Clock::now();
  const auto due = lease->told + std::clamp(kGatherPerStream * call.dialect.cursors.streams(),
                                            kGatherAtLeast, kGatherAtMost);
  if (now >= std::min(due, until)) return false;
  const auto enough = static_cast<std::uint64_t>(std::min(documents, kGathered));
  const std::uint64_t ahead = lease->feed->changes_ahead();
  if (lease->feed->ended() || ahead == 0 || ahead >= enough) return false;
  lease->waiting = std::make_unique<WaitingRequest>(&call.connection, *call.waker, nullptr);
  call.again_at = std::min(due, until);
  call.waits_until = until;
  lease.keep();
  return true;
}

std::optional<std::chrono::nanoseconds> time_left(const Call& call,
                                                  DialectState::Clock::time_point started) {
  if (call.generic.max_time_ms == 0) return std::nullopt;
  const auto spent = DialectState::Clock::now() - started;
  return std::chrono::milliseconds(call.generic.max_time_ms) - spent;
}

}  // namespace

Status append_first_batch(Call& call, Cursor cursor, FirstBatch options, DocumentBuilder& reply) {
  const auto started = DialectState::Clock::now();
  OpenCursor open;
  open.namespace_name = std::move(options.namespace_name);
  open.borrowed = std::move(options.borrowed);
  open.cursor = std::move(cursor);
  open.documents_left = options.limit;
  open.feed = std::move(options.feed);
  reply.begin_document("cursor").begin_array("firstBatch");
  CAIRN_ASSIGN_OR_RETURN(const bool more, fill(open, options.documents, call, reply));
  reply.end();
  append_resume_token(open, reply);
  if (!more || options.single) {
    append_end(0, open.namespace_name, call.at_cluster_time, reply);
    return {};
  }
  open.cursor.park();
  open.session = call.generic.session;
  if (call.generic.in_transaction()) open.txn_number = call.generic.txn_number;
  open.at_cluster_time = call.at_cluster_time;
  open.no_timeout = options.no_timeout;
  open.await_data = options.await_data || open.feed != nullptr;
  // The time of an aggregate that watches is its own: its getMores have theirs.
  if (open.feed == nullptr) open.time_left = time_left(call, started);
  const std::string namespace_name = open.namespace_name;
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t id,
                         call.dialect.cursors.open(std::move(open), started));
  append_end(id, namespace_name, call.at_cluster_time, reply);
  return {};
}

Status append_next_batch(Call& call, CursorLease& lease, std::int64_t documents,
                         std::chrono::milliseconds patience, DocumentBuilder& reply) {
  const auto started = DialectState::Clock::now();
  const auto until = call.connection.waits_until.value_or(started + patience);
  if (documents < 0) documents = std::numeric_limits<std::int64_t>::max();
  CAIRN_RETURN_IF_ERROR(call.interrupt->check());  // it may have been ended while it waited
  if (let_gather(call, lease, documents, until)) return {};
  reply.begin_document("cursor").begin_array("nextBatch");
  const std::size_t empty = reply.size();
  CAIRN_ASSIGN_OR_RETURN(bool more, fill(*lease, documents, call, reply));
  while (more && reply.size() == empty && DialectState::Clock::now() < until) {
    if (wait_elsewhere(call, lease, until)) return {};
    CAIRN_RETURN_IF_ERROR(lease->cursor.wait(until, call.interrupt));
    CAIRN_ASSIGN_OR_RETURN(more, fill(*lease, documents, call, reply));
  }
  if (reply.size() > empty) lease->told = DialectState::Clock::now();
  reply.end();
  append_resume_token(*lease, reply);
  // Killed while it was used: the client learns it now rather than by its next request.
  CAIRN_RETURN_IF_ERROR(call.interrupt->check());
  call.more_to_come = more && call.request.exhaust_allowed && call.waker != nullptr;
  if (more) {
    lease->cursor.park();
    if (lease->time_left) *lease->time_left -= DialectState::Clock::now() - started;
    lease.keep();
  }
  append_end(more ? lease->id : 0, lease->namespace_name, lease->at_cluster_time, reply);
  return {};
}

Cursor cursor_over(std::vector<Document> documents) {
  return Cursor(std::make_unique<DocumentList>(std::move(documents)));
}

Result<std::int64_t> batch_size_argument(DocumentView cursor, std::int64_t absent) {
  static constexpr Field kFields[] = {{.name = "batchSize", .types = kNumber, .at_least = 0}};
  Arguments fields;
  CAIRN_RETURN_IF_ERROR(parse_document("cursor", kFields, cursor, fields));
  return fields.integer(0, absent);
}

}  // namespace cairn::mongodb
