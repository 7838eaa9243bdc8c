// An engine over a store in memory, without its threads.
#pragma once

#include "engine/api/engine.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include <gtest/gtest.h>

namespace cairn::api {

// `clock`: milliseconds since 1970, as keys see them. nullptr, and a failure, where it cannot open.
inline std::unique_ptr<Engine> engine_in_memory(std::function<std::int64_t()> clock) {
  auto storage = Storage::open("/in-memory", {.in_memory = true});
  EXPECT_TRUE(storage.ok()) << storage.status().to_string();
  if (!storage.ok()) return nullptr;
  auto catalog = Catalog::load(**storage);
  EXPECT_TRUE(catalog.ok()) << catalog.status().to_string();
  if (!catalog.ok()) return nullptr;
  auto keys = keys::KeyStore::load(**storage, std::move(clock));
  EXPECT_TRUE(keys.ok()) << keys.status().to_string();
  if (!keys.ok()) return nullptr;
  return std::make_unique<Engine>(std::move(*storage), std::move(*catalog), std::move(*keys));
}

}  // namespace cairn::api
