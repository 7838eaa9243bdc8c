#include "compat/mongodb/registry/sessions.h"

#include <cairn/limits.h>

#include <cstring>

namespace cairn::mongodb {

std::size_t SessionIdHash::operator()(const SessionId& id) const {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  std::memcpy(&low, id.uuid.data(), 8);
  std::memcpy(&high, id.uuid.data() + 8, 8);
  // A client may choose its ids: mix both halves, so that one constant half does no harm.
  return static_cast<std::size_t>((low ^ (high >> 29)) * 0x9E3779B97F4A7C15ULL ^ high);
}

Result<Sessions::SessionPtr> Sessions::touch(const SessionId& id, Clock::time_point now) {
  Shard& home = shard(id);
  const std::lock_guard lock(home.mutex);
  auto found = home.sessions.find(id);
  if (found == home.sessions.end()) {
    if (count_.load(std::memory_order_relaxed) >= kMaxSessions) {
      return {ErrorCode::kTooManyLogicalSessions,
              "Unable to add session into the cache because "
              "the number of active sessions is too high"};
    }
    found = home.sessions.emplace(id, std::make_shared<Session>(id)).first;
    count_.fetch_add(1, std::memory_order_relaxed);
  }
  found->second->last_use.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  return found->second;
}

bool Sessions::end(const SessionId& id) {
  Shard& home = shard(id);
  const std::lock_guard lock(home.mutex);
  const auto found = home.sessions.find(id);
  if (found == home.sessions.end()) return false;
  found->second->ended.store(true, std::memory_order_relaxed);
  home.sessions.erase(found);
  count_.fetch_sub(1, std::memory_order_relaxed);
  return true;
}

std::vector<SessionId> Sessions::end_if(const std::function<bool(const Session&)>& passes) {
  std::vector<SessionId> ended;
  for (Shard& home : shards_) {
    const std::lock_guard lock(home.mutex);
    for (auto at = home.sessions.begin(); at != home.sessions.end();) {
      if (!passes(*at->second)) {
        ++at;
        continue;
      }
      at->second->ended.store(true, std::memory_order_relaxed);
      ended.push_back(at->first);
      at = home.sessions.erase(at);
      count_.fetch_sub(1, std::memory_order_relaxed);
    }
  }
  return ended;
}

std::vector<SessionId> Sessions::expire(Clock::time_point now) {
  const auto oldest = (now - std::chrono::minutes(kSessionTimeoutMinutes)).time_since_epoch();
  return end_if([oldest](const Session& session) {
    return session.last_use.load(std::memory_order_relaxed) < oldest.count();
  });
}

void Sessions::for_each(const std::function<void(const Session&)>& visit) {
  for (Shard& home : shards_) {
    const std::lock_guard lock(home.mutex);
    for (const auto& [id, session] : home.sessions) visit(*session);
  }
}

}  // namespace cairn::mongodb
