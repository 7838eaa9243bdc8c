#include "engine/api/engine.h"

#include "engine/api/expire_documents.h"

namespace cairn {
namespace {

constexpr std::uint32_t kExpiryIntervalMs = 100;
// Of one commit; and how many commits a pass may make, so that closing never waits for long.
constexpr std::size_t kKeysPerCommit = 1000;
constexpr int kCommitsPerPass = 32;
// TTL indexes promise seconds at best: a pass asks every one of them.
constexpr auto kDocumentInterval = std::chrono::seconds(5);
constexpr auto kDocumentPass = std::chrono::milliseconds(200);

}  // namespace

void Engine::start_expiry() {
  expiry_ = std::make_unique<Maintenance>(kExpiryIntervalMs, [this] {
    if (!storage_->health().ok()) return;
    sweep_keys();
    sweep_documents();
  });
}

void Engine::sweep_keys() {
  for (int i = 0; i < kCommitsPerPass; ++i) {
    // What fails is due at the next pass as well.
    const auto swept = keys_->sweep(kKeysPerCommit);
    if (!swept.ok() || *swept < kKeysPerCommit) return;
  }
}

void Engine::sweep_documents() {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_expiry_pass_) return;
  const api::ExpiryPass pass = api::expire_documents(*this, Date::now(), kDocumentPass);
  expired_ += pass.deleted;
  ++expiry_passes_;
  if (!pass.more) next_expiry_pass_ = now + kDocumentInterval;
}

}  // namespace cairn
