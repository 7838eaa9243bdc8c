#include "compat/mongodb/registry/cursors.h"

#include <cairn/limits.h>

#include <utility>

namespace cairn::mongodb {
namespace {

Status not_found(std::int64_t id) {
  return {ErrorCode::kCursorNotFound, "cursor id " + std::to_string(id) + " not found"};
}

// Cursors die outside the registry's lock: ending one may release much storage.
using Dying = std::vector<std::shared_ptr<OpenCursor>>;

}  // namespace

CursorLease::~CursorLease() {
  if (cursor_ != nullptr) registry_->give_back(cursor_, keep_);
}

// Ids are unguessable, so that a client cannot read another's cursor by counting.
Cursors::Cursors()
    : random_(std::random_device{}() | std::uint64_t{std::random_device{}()} << 32) {}

Result<std::int64_t> Cursors::open(OpenCursor cursor, Clock::time_point now) {
  auto shared = std::make_shared<OpenCursor>(std::move(cursor));
  shared->last_use = now;
  shared->opened = now;
  shared->in_use = false;
  if (shared->feed != nullptr) {
    ++streams_;
    shared->counted = {this, [this](void*) { --streams_; }};
  }
  const std::lock_guard lock(mutex_);
  if (cursors_.size() >= kMaxOpenCursors) {
    return {ErrorCode::kExceededMemoryLimit, "Too many open cursors"};
  }
  do {
    shared->id = static_cast<std::int64_t>(random_() >> 1);
  } while (shared->id == 0 || cursors_.contains(shared->id));
  ++opened_;
  const std::int64_t id = shared->id;
  cursors_.emplace(id, std::move(shared));
  return id;
}

Result<CursorLease> Cursors::check_out(std::int64_t id, Interrupt* user, const void* who) {
  const std::lock_guard lock(mutex_);
  const auto found = cursors_.find(id);
  if (found == cursors_.end()) return not_found(id);
  OpenCursor& cursor = *found->second;
  if (cursor.in_use || (cursor.waiting != nullptr && cursor.waiting->who != who)) {
    return {ErrorCode::kCursorInUse, "cursor id " + std::to_string(id) + " is already in use"};
  }
  cursor.in_use = true;
  cursor.user = user;
  return CursorLease(*this, found->second);
}

void Cursors::give_back(const std::shared_ptr<OpenCursor>& cursor, bool keep) {
  const std::lock_guard lock(mutex_);
  cursor->in_use = false;
  cursor->user = nullptr;
  cursor->last_use = Clock::now();
  if (!keep || cursor->killed) cursors_.erase(cursor->id);
}

bool Cursors::kill(std::int64_t id, std::string_view namespace_name) {
  Dying dying;
  const std::lock_guard lock(mutex_);
  const auto found = cursors_.find(id);
  if (found == cursors_.end() || found->second->killed ||
      found->second->namespace_name != namespace_name) {
    return false;
  }
  found->second->killed = true;
  if (found->second->user != nullptr) {
    found->second->user->interrupt(ErrorCode::kCursorKilled);
    return true;
  }
  dying.push_back(std::move(found->second));
  cursors_.erase(found);
  return true;
}

std::int64_t Cursors::kill_if(const std::function<bool(const OpenCursor&)>& passes) {
  Dying dying;
  std::int64_t killed = 0;
  const std::lock_guard lock(mutex_);
  for (auto at = cursors_.begin(); at != cursors_.end();) {
    OpenCursor& cursor = *at->second;
    if (cursor.killed || !passes(cursor)) {
      ++at;
      continue;
    }
    ++killed;
    cursor.killed = true;
    if (cursor.user != nullptr) {
      cursor.user->interrupt(ErrorCode::kCursorKilled);
      ++at;
      continue;
    }
    dying.push_back(std::move(at->second));
    at = cursors_.erase(at);
  }
  return killed;
}

std::int64_t Cursors::kill_of_transaction(const TransactionName& name) {
  return kill_if([&name](const OpenCursor& cursor) {
    return cursor.session == name.session && cursor.txn_number == name.txn_number;
  });
}

std::int64_t Cursors::kill_of_session(const SessionId& session) {
  return kill_if([&session](const OpenCursor& cursor) { return cursor.session == session; });
}

std::int64_t Cursors::expire(Clock::time_point now) {
  const auto oldest = now - idle_timeout();
  const bool in_sessions = expires_in_sessions();
  const std::int64_t expired = kill_if([oldest, in_sessions](const OpenCursor& cursor) {
    return !cursor.in_use && cursor.waiting == nullptr && !cursor.no_timeout &&
           (in_sessions || !cursor.session) && cursor.last_use < oldest;
  });
  const std::lock_guard lock(mutex_);
  timed_out_ += expired;
  return expired;
}

Cursors::Counts Cursors::counts() const {
  const std::lock_guard lock(mutex_);
  Counts counts{.open = static_cast<std::int64_t>(cursors_.size()),
                .opened = opened_,
                .timed_out = timed_out_};
  for (const auto& [id, cursor] : cursors_) {
    counts.no_timeout += cursor->no_timeout ? 1 : 0;
    counts.pinned += cursor->in_use ? 1 : 0;
  }
  return counts;
}

void Cursors::for_each_idle(const std::function<void(const OpenCursor&)>& visit) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, cursor] : cursors_) {
    if (!cursor->in_use && !cursor->killed) visit(*cursor);
  }
}

}  // namespace cairn::mongodb
