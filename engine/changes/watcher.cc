#include "engine/changes/watcher.h"

#include "engine/changes/event.h"
#include "engine/storage/keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace cairn::changes {
namespace {

constexpr int kWatchedRowsPerCheck = 256;
// How long one call may look at rows that mean nothing to the stream.
constexpr std::chrono::milliseconds kTurn(100);

// The error, with the label by which drivers do not try again.
Status not_resumable(ErrorCode code, std::string message) {
  return {code, std::move(message),
          std::string(document("errorLabels", array("NonResumableChangeStreamError")).bytes())};
}

Status history_lost() {
  return not_resumable(ErrorCode::kChangeStreamHistoryLost,
                       "Resume of change stream was not possible, as the resume point may no "
                       "longer be in the oplog.");
}

Status not_found(const ResumeToken& token) {
  return not_resumable(
      ErrorCode::kChangeStreamFatalError,
      "cannot resume stream; the resume token was not found. " + to_json(token.document()));
}

// Behind which change a stream begins. A high-water mark stands before what is at its timestamp.
OpNumber beginning(const WatchOptions& options, OpNumber last) {
  const auto before = [](OpNumber op) { return op == 0 ? 0 : op - 1; };
  if (options.start_at) return before(*options.start_at);
  if (!options.resume) return last;
  return options.resume->event && !options.resume->fragment ? options.resume->op
                                                            : before(options.resume->op);
}

}  // namespace

Watcher::Watcher(Storage& storage, Catalog& catalog, WatchOptions options)
    : storage_(storage),
      catalog_(catalog),
      options_(std::move(options)),
      scan_(storage, history_lost()) {}

Status Watcher::start() {
  const OpNumber position = beginning(options_, storage_.commits().last_op());
  token_ = {.op = position + 1};
  CAIRN_RETURN_IF_ERROR(scan_.begin_behind(position));
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
  make_invalidate(scan_.position(), *invalidate_at_, event_);
  token_ = {.op = scan_.position(), .event = true, .from_invalidate = true};
  invalidate_at_.reset();
  ended_ = true;
}

// Whether the row is an event, which is then in `event_`.
Result<bool> Watcher::take(const ChangeRow& row) {
  const Meaning meaning = meaning_of(row, options_);
  if (meaning == Meaning::kNothing) return false;
  CAIRN_RETURN_IF_ERROR(make_event(storage_, catalog_, row, options_, event_));
  token_ = token_of(row);
  if (meaning == Meaning::kLastEvent) invalidate_at_ = Date{row.wall_ms};
  return true;
}

Result<std::optional<DocumentView>> Watcher::next(const Interrupt* interrupt) {
  if (ended_) return std::optional<DocumentView>();
  if (invalidate_at_) {
    invalidate();
    return std::optional(event());
  }
  const auto until = Interrupt::Clock::now() + kTurn;
  for (int rows = 0;; ++rows) {
    if (rows % kWatchedRowsPerCheck == 0) {
      if (interrupt != nullptr) CAIRN_RETURN_IF_ERROR(interrupt->check());
      if (rows > 0 && Interrupt::Clock::now() >= until) break;
    }
    CAIRN_ASSIGN_OR_RETURN(const ChangeRow* row, scan_.next());
    if (row == nullptr) break;
    CAIRN_ASSIGN_OR_RETURN(const bool found, take(*row));
    if (found) return std::optional(event());
  }
  // What was passed over need not be looked at again.
  if (scan_.position() >= token_.op) token_ = {.op = scan_.position() + 1};
  return std::optional<DocumentView>();
}

Status Watcher::check(DocumentView made) const {
  const ValueView expected = event()["_id"];
  const ValueView found = made["_id"];
  if (found.identical(expected)) return Status();
  return not_resumable(
      ErrorCode::kChangeStreamFatalError,
      fmt::format("Encountered an event whose _id field, which contains the resume token, was "
                  "modified by the pipeline. Modifying the _id field of an event makes it "
                  "impossible to resume the stream from that point. Only transformations that "
                  "retain the unmodified _id field are allowed. Expected: {{ _id: {} }} but "
                  "found: {}",
                  to_json(expected),
                  found.missing() ? "{}" : fmt::format("{{ _id: {} }}", to_json(found))));
}

Status Watcher::wait(Interrupt::Clock::time_point until, const Interrupt* interrupt) {
  return ended_ || invalidate_at_ ? Status() : scan_.wait(until, interrupt);
}

std::shared_ptr<void> Watcher::when_more(std::function<void()> callback) {
  return ended_ || invalidate_at_ ? nullptr : scan_.when_more(std::move(callback));
}

}  // namespace cairn::changes
