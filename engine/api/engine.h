// Engine: what stands behind a Database. Storage, catalog, keys and the memory of retryable writes,
// opened in that order, and the thread that deletes what is due.
#pragma once

#include "engine/catalog/catalog.h"
#include "engine/changes/shared_events.h"
#include "engine/keys/key_store.h"
#include "engine/storage/maintenance.h"
#include "engine/storage/storage.h"
#include "engine/write/context.h"
#include "engine/write/retry.h"

#include <cairn/database.h>
#include <cairn/transaction.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace cairn {

namespace api {
struct ExpiryPlaces;
}  // namespace api

class Engine {
 public:
  Engine(std::unique_ptr<Storage> storage, std::unique_ptr<Catalog> catalog,
         std::unique_ptr<keys::KeyStore> keys);
  ~Engine();
  // Begins to delete what is due and to keep vector search indexes in memory; it ends with the
  // engine.
  void start_maintenance();
  // Documents that TTL indexes have deleted since the start, and how often they were looked for.
  struct DocumentExpiry {
    std::int64_t deleted = 0;
    std::int64_t passes = 0;
    std::int64_t skipped = 0;  // indexes that cannot be a TTL index, at each pass
  };
  DocumentExpiry document_expiry() const {
    return {expired_.load(), expiry_passes_.load(), expiry_skips_.load()};
  }

  Storage& storage() { return *storage_; }
  const Storage& storage() const { return *storage_; }
  Catalog& catalog() { return *catalog_; }
  const Catalog& catalog() const { return *catalog_; }
  keys::KeyStore& keys() { return *keys_; }
  const keys::KeyStore& keys() const { return *keys_; }
  write::RetryTable& retries() { return retries_; }
  // What an operation works with.
  write::Context context(const OperationOptions& operation = {}) {
    OpenTransaction* const transaction =
        operation.transaction == nullptr ? nullptr : operation.transaction->state().get();
    return {*storage_, *catalog_, *keys_, retries_, transaction};
  }
  std::shared_ptr<OpenTransaction> open_transaction(OpenTransaction::Options options) {
    return std::make_shared<OpenTransaction>(*storage_, *catalog_, transaction_budget_,
                                             std::move(options));
  }
  Moments& moments() { return moments_; }
  // Of change streams.
  changes::EventHub& events() { return events_; }
  // Tells the operator.
  std::function<void(std::string_view message)> log() {
    return [this](std::string_view message) { storage_->tell(message); };
  }
  OpTime last_op_time() const { return {storage_->commits().last_op()}; }

 private:
  void start_expiry();
  void start_vectors();
  template <typename Each>
  void for_each_vector_index(const Each& each);
  void sweep_keys();
  void sweep_documents();
  void sweep_histories();

  std::unique_ptr<Storage> storage_;
  std::unique_ptr<Catalog> catalog_;
  std::unique_ptr<keys::KeyStore> keys_;
  write::RetryTable retries_;
  MemoryBudget transaction_budget_;
  Moments moments_;
  changes::EventHub events_;
  std::atomic<std::int64_t> expired_{0};
  std::atomic<std::int64_t> expiry_passes_{0};
  std::atomic<std::int64_t> expiry_skips_{0};
  std::chrono::steady_clock::time_point next_expiry_pass_{};   // of the thread's own
  std::unique_ptr<api::ExpiryPlaces> expiry_places_;           // as well
  std::chrono::steady_clock::time_point next_history_pass_{};  // as well
  std::unique_ptr<Maintenance> expiry_;  // last, as the next two: their threads use the rest
  std::unique_ptr<Maintenance> vector_log_;
  std::unique_ptr<Maintenance> vector_graphs_;
};

}  // namespace cairn
