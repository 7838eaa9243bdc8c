#include "engine/api/engine.h"

namespace cairn {
namespace {

constexpr std::uint32_t kExpiryIntervalMs = 100;
// Of one commit; and how many commits a pass may make, so that closing never waits for long.
constexpr std::size_t kKeysPerCommit = 1000;
constexpr int kCommitsPerPass = 32;

}  // namespace

void Engine::start_expiry() {
  expiry_ = std::make_unique<Maintenance>(kExpiryIntervalMs, [this] {
    if (!storage_->health().ok()) return;
    for (int i = 0; i < kCommitsPerPass; ++i) {
      // What fails is due at the next pass as well.
      const auto swept = keys_->sweep(kKeysPerCommit);
      if (!swept.ok() || *swept < kKeysPerCommit) return;
    }
  });
}

}  // namespace cairn
