#include "engine/api/engine.h"

#include "engine/api/expire_documents.h"
#include "engine/exec/vector_index.h"

#include <memory>
#include <utility>
#include <vector>

namespace cairn {
namespace {

constexpr std::uint32_t kExpiryIntervalMs = 100;
constexpr std::uint32_t kVectorLogIntervalMs = 100;
constexpr std::uint32_t kVectorGraphIntervalMs = 50;
// Of one commit; and how many commits a pass may make, so that closing never waits for long.
constexpr std::size_t kKeysPerCommit = 1000;
constexpr int kCommitsPerPass = 32;
// TTL indexes promise seconds at best: a pass asks every one of them.
constexpr auto kDocumentInterval = std::chrono::seconds(5);
constexpr auto kDocumentPass = std::chrono::milliseconds(200);
// A pass looks at every session that has written lately.
constexpr auto kHistoryInterval = std::chrono::minutes(10);

}  // namespace

Engine::Engine(std::unique_ptr<Storage> storage, std::unique_ptr<Catalog> catalog,
               std::unique_ptr<keys::KeyStore> keys)
    : storage_(std::move(storage)),
      catalog_(std::move(catalog)),
      keys_(std::move(keys)),
      retries_(*storage_),
      moments_(*storage_, *catalog_, storage_->statistics().memory_budget_bytes / 4),
      events_(*storage_, *catalog_),
      expiry_places_(std::make_unique<api::ExpiryPlaces>()) {
  transaction_budget_.limit = storage_->statistics().memory_budget_bytes / 4;
}

Engine::~Engine() {
  for_each_vector_index([](exec::VectorIndex& index) { index.stop(); });
}

void Engine::start_maintenance() {
  // From here on every time can be read; those of a change of the catalog, and behind it, are made
  // of the state that it made.
  moments_.keep_now();
  catalog_->on_commit([this] { moments_.keep_now(); });
  start_expiry();
  start_vectors();
}

template <typename Each>
void Engine::for_each_vector_index(const Each& each) {
  for (const std::shared_ptr<IndexCache>& cache : catalog_->caches().all()) {
    each(static_cast<exec::VectorIndex&>(*cache));
  }
}

void Engine::start_vectors() {
  std::vector<std::shared_ptr<exec::VectorIndex>> indexes;
  for (const std::string& database : catalog_->databases()) {
    for (const CollectionRef& collection : catalog_->collections(database)) {
      for (const IndexEntry& index : collection->search_index_entries()) {
        indexes.push_back(exec::VectorIndex::of(*storage_, *catalog_, *collection, index));
      }
    }
  }
  exec::VectorIndex::clean(*storage_, indexes);
  // What fails is done at the next turn as well.
  vector_log_ = std::make_unique<Maintenance>(kVectorLogIntervalMs, [this] {
    if (!storage_->health().ok()) return;
    for_each_vector_index([](exec::VectorIndex& index) { (void)index.catch_up(); });
  });
  vector_graphs_ = std::make_unique<Maintenance>(
      kVectorGraphIntervalMs,
      [this, held = std::size_t{0}]() mutable {
        std::size_t bytes = 0;
        for_each_vector_index([&bytes](exec::VectorIndex& index) {
          (void)index.merge();
          bytes += index.memory();
        });
        if (bytes != std::exchange(held, bytes)) storage_->hold_memory(bytes);
      },
      Maintenance::Priority::kBehind);
}

void Engine::start_expiry() {
  expiry_ = std::make_unique<Maintenance>(kExpiryIntervalMs, [this] {
    // Where the disk is full, too: what is let go of makes room.
    moments_.tick(Moments::Clock::now());
    if (!storage_->health().ok()) return;
    sweep_keys();
    sweep_documents();
    sweep_histories();
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
  const api::ExpiryPass pass =
      api::expire_documents(*this, Date::now(), kDocumentPass, *expiry_places_);
  expired_ += pass.deleted;
  expiry_skips_ += pass.skipped;
  ++expiry_passes_;
  if (!pass.more) next_expiry_pass_ = now + kDocumentInterval;
}

void Engine::sweep_histories() {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_history_pass_) return;
  next_history_pass_ = now + kHistoryInterval;
  // What fails is removed at the next pass as well.
  (void)retries_.remove_stale(write::RetryTable::kKeptMs);
}

}  // namespace cairn
