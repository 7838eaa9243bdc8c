#include "engine/changes/watcher.h"

#include "engine/changes/event.h"
#include "engine/storage/keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace cairn::changes {
namespace {

// How long one call may look at changes that mean nothing to the stream.
constexpr std::chrono::milliseconds kTurn(100);

// The error, with the label by which drivers do not try again.
Status not_resumable(ErrorCode code, std::string message) {
  return {code, std::move(message),
          std::string(document("errorLabels", array("NonResumableChangeStreamError")).bytes())};
}

Status not_found(const ResumeToken& token) {
  return stream_fatal("cannot resume stream; the resume token was not found. " +
                      to_json(token.document()));
}

// Behind which change a stream begins. A high-water mark stands before what is at its timestamp.
OpNumber beginning(const WatchOptions& options, OpNumber last) {
  const auto before = [](OpNumber op) { return op == 0 ? 0 : op - 1; };
  if (options.start_at) return before(*options.start_at);
  if (!options.resume) return last;
  return options.resume->event && !options.resume->fragment ? options.resume->op
                                                            : before(options.resume->op);
}

// Behind the change before `time`, or before the transaction that has a change there: all that it
// did happened when it was committed, not earlier.
Result<OpNumber> before_commit(const Storage& storage, OpNumber time) {
  PinnedValue value;
  const OpKey key(time);
  CAIRN_ASSIGN_OR_RETURN(const bool found, storage.latest().get(Family::kOplog, key, value));
  if (!found) return time - 1;
  CAIRN_ASSIGN_OR_RETURN(const ChangeRow row, decode_change(key, value.view()));
  return row.first_op() - 1;
}

}  // namespace

Status stream_fatal(std::string message) {
  return not_resumable(ErrorCode::kChangeStreamFatalError, std::move(message));
}

Watcher::Watcher(Storage& storage, SharedEventsPtr events, WatchOptions options)
    : storage_(storage),
      events_(std::move(events)),
      options_(std::move(options)),
      end_(storage.committed()) {}

Status Watcher::start() {
  position_ = beginning(options_, storage_.commits().last_op());
  if (options_.start_at && *options_.start_at > 0) {
    CAIRN_ASSIGN_OR_RETURN(position_, before_commit(storage_, *options_.start_at));
  }
  token_ = {.op = position_ + 1};
  if (position_ + 1 < storage_.oplog_start()) return history_lost();
  if (options_.resume && options_.resume->event) return start_after_event(*options_.resume);
  return Status();
}

Status Watcher::start_after_event(const ResumeToken& token) {
  token_ = token;
  if (token.fragment) return Status();  // the event is told again
  PinnedValue value;
  const OpKey key(token.op);
  CAIRN_ASSIGN_OR_RETURN(const bool found, storage_.latest().get(Family::kOplog, key, value));
  if (!found && token.op < storage_.oplog_start()) return Status();  // the newest that is trimmed
  if (!found) return not_found(token);
  CAIRN_ASSIGN_OR_RETURN(const ChangeRow row, decode_change(key, value.view()));
  const Meaning meaning = meaning_of(row, options_);
  if (meaning == Meaning::kNothing) return not_found(token);
  if (meaning == Meaning::kLastEvent && !token.from_invalidate) {
    invalidate_at_ = Date{row.wall_ms};
  }
  return Status();
}

void Watcher::invalidate() {
  make_invalidate(position_, *invalidate_at_, invalidation_);
  event_ = DocumentView(reinterpret_cast<const std::uint8_t*>(invalidation_.data()));
  before_ = token_;
  token_ = {.op = position_, .event = true, .from_invalidate = true};
  invalidate_at_.reset();
  ended_ = true;
}

// Whether there was more to look at.
Result<bool> Watcher::fetch(const Interrupt* interrupt) {
  end_.look();
  if (storage_.commits().last_op() <= position_) {
    end_.reach();
    return false;
  }
  CAIRN_ASSIGN_OR_RETURN(block_, events_->behind(position_, ahead_, interrupt));
  const auto& events = block_->events;
  const auto next = std::ranges::upper_bound(events, position_, {}, &EventBlock::Event::op);
  next_ = static_cast<std::size_t>(next - events.begin());
  return true;
}

// Whether the block's next event is told, which is then in `event_`.
bool Watcher::take() {
  const EventBlock::Event& event = block_->events[next_++];
  position_ = event.op;
  if (event.last) invalidate_at_ = event.wall;
  if (!event.told) return false;
  event_ = block_->document(event);
  before_ = token_;
  token_ = {.op = event.op, .event = true, .collection = event.collection};
  return true;
}

void Watcher::park() {
  if (block_ == nullptr) return;
  if (next_ == block_->events.size()) {
    position_ = std::max(position_, block_->upto);
  } else {
    ahead_ = std::clamp(next_, kFewestAhead, ahead_);
  }
  block_.reset();
}

Result<std::optional<DocumentView>> Watcher::next(const Interrupt* interrupt) {
  std::optional<Interrupt::Clock::time_point> until;  // most calls have their event in the block
  while (!ended_) {
    if (invalidate_at_) {
      invalidate();
      return std::optional(event_);
    }
    if (block_ != nullptr && next_ < block_->events.size()) {
      if (take()) return std::optional(event_);
      continue;
    }
    if (block_ != nullptr) {
      position_ = std::max(position_, block_->upto);
      block_.reset();
      if (!options_.looks_up()) ahead_ = std::min(ahead_ * 4, kBlockEvents);
      const auto now = Interrupt::Clock::now();
      if (!until) until = now + kTurn;
      if (now >= *until) break;
    }
    CAIRN_ASSIGN_OR_RETURN(const bool more, fetch(interrupt));
    if (!more) break;
  }
  // What was passed over need not be looked at again.
  if (!ended_ && position_ >= token_.op) token_ = {.op = position_ + 1};
  return std::optional<DocumentView>();
}

Status Watcher::check(DocumentView made) const {
  const ValueView expected = event_["_id"];
  const ValueView found = made["_id"];
  if (found.identical(expected)) return Status();
  return stream_fatal(fmt::format(
      "Encountered an event whose _id field, which contains the resume token, was "
      "modified by the pipeline. Modifying the _id field of an event makes it "
      "impossible to resume the stream from that point. Only transformations that "
      "retain the unmodified _id field are allowed. Expected: {{ _id: {} }} but "
      "found: {}",
      to_json(expected), found.missing() ? "{}" : fmt::format("{{ _id: {} }}", to_json(found))));
}

Status Watcher::wait(Interrupt::Clock::time_point until, const Interrupt* interrupt) {
  return ended_ || invalidate_at_ ? Status() : end_.wait(until, interrupt);
}

std::shared_ptr<void> Watcher::when_more(std::function<void()> callback) {
  return ended_ || invalidate_at_ ? nullptr : end_.when_more(std::move(callback));
}

Document Watcher::resume_token_before_last() const {
  if (token_.fragment.value_or(0) == 0) return before_.document();
  ResumeToken piece = token_;
  --*piece.fragment;
  return piece.document();
}

std::uint64_t Watcher::changes_ahead() const {
  const OpNumber last = storage_.commits().last_op();
  if (invalidate_at_) return 1;
  return last > position_ ? last - position_ : 0;
}

}  // namespace cairn::changes
