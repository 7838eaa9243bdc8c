// Engine: what stands behind a Database. Storage, catalog and the memory of retryable writes,
// opened in that order.
#pragma once

#include "engine/catalog/catalog.h"
#include "engine/storage/storage.h"
#include "engine/write/context.h"
#include "engine/write/retry.h"

#include <cairn/database.h>

#include <memory>

namespace cairn {

class Engine {
 public:
  Engine(std::unique_ptr<Storage> storage, std::unique_ptr<Catalog> catalog)
      : storage_(std::move(storage)), catalog_(std::move(catalog)), retries_(*storage_) {}

  Storage& storage() { return *storage_; }
  const Storage& storage() const { return *storage_; }
  Catalog& catalog() { return *catalog_; }
  const Catalog& catalog() const { return *catalog_; }
  write::RetryTable& retries() { return retries_; }
  write::Context writes() { return {*storage_, *catalog_, retries_}; }
  OpTime last_op_time() const { return {storage_->commits().last_op()}; }

 private:
  std::unique_ptr<Storage> storage_;
  std::unique_ptr<Catalog> catalog_;
  write::RetryTable retries_;
};

}  // namespace cairn
