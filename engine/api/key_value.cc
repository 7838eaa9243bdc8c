// The public KeyValue: reads look at the newest state; each write is a batch of its own.
#include "engine/api/engine.h"

#include <cairn/interrupt_scope.h>
#include <cairn/key_value.h>

namespace cairn {
namespace {

Status acknowledge(Engine& engine, Durability durability, OpTime op) {
  if (durability == Durability::kBuffered || op.value == 0) return Status();
  return engine.storage().syncer().wait_durable(op.value);
}

Result<KeyBatchResult> apply(Engine& engine, const KeyBatch& batch, Durability durability) {
  CAIRN_ASSIGN_OR_RETURN(KeyBatchResult result, engine.keys().apply(batch));
  CAIRN_RETURN_IF_ERROR(acknowledge(engine, durability, result.op_time));
  return result;
}

Result<std::optional<keys::Row>> get_now(Engine& engine, std::string_view space,
                                         std::string_view key, PinnedValue& value) {
  const keys::KeyStore& store = engine.keys();
  return store.get(engine.storage().latest(), store.find(space), key, value, store.now_ms());
}

using Optional = std::optional<std::string>;

}  // namespace

Result<std::optional<std::string>> KeyValue::get(std::string_view key) const {
  PinnedValue value;
  CAIRN_ASSIGN_OR_RETURN(const auto row, get_now(*engine_, space_, key, value));
  return row ? Optional(row->value) : Optional();
}

Result<std::vector<std::optional<std::string>>> KeyValue::get(
    std::span<const std::string_view> keys) const {
  const keys::KeyStore& store = engine_->keys();
  // The moment first: keys of a space that is dropped since are then still there, all of them.
  const Snapshot moment = engine_->storage().snapshot();
  const Keyspace space = store.find(space_);
  const Reader reader = engine_->storage().at(moment);
  const std::int64_t now = store.now_ms();
  std::vector<Optional> values;
  values.reserve(keys.size());
  PinnedValue value;
  for (const std::string_view key : keys) {
    CAIRN_ASSIGN_OR_RETURN(const auto row, store.get(reader, space, key, value, now));
    values.push_back(row ? Optional(row->value) : Optional());
  }
  return values;
}

Result<bool> KeyValue::contains(std::string_view key) const {
  PinnedValue value;
  CAIRN_ASSIGN_OR_RETURN(const auto row, get_now(*engine_, space_, key, value));
  return row.has_value();
}

Result<SetResult> KeyValue::set(std::string_view key, std::string_view value,
                                const SetOptions& options) {
  KeyBatch batch;
  batch.set(space_, key, value, options);
  CAIRN_ASSIGN_OR_RETURN(KeyBatchResult done, apply(*engine_, batch, options.durability));
  return SetResult{done.done, std::move(done.outcomes.front().previous), done.op_time};
}

Result<bool> KeyValue::remove(std::string_view key, const RemoveKeyOptions& options) {
  KeyBatch batch;
  batch.remove(space_, key, options);
  CAIRN_ASSIGN_OR_RETURN(const KeyBatchResult done, apply(*engine_, batch, options.durability));
  return done.done && done.outcomes.front().previous.has_value();
}

Result<std::int64_t> KeyValue::increment(std::string_view key, std::int64_t by,
                                         const IncrementOptions& options) {
  KeyBatch batch;
  batch.increment(space_, key, by, options);
  CAIRN_ASSIGN_OR_RETURN(const KeyBatchResult done, apply(*engine_, batch, options.durability));
  return done.outcomes.front().number;
}

Result<bool> KeyValue::expire(std::string_view key, Expiry expiry) {
  KeyBatch batch;
  batch.expire(space_, key, expiry);
  CAIRN_ASSIGN_OR_RETURN(const KeyBatchResult done, apply(*engine_, batch, Durability::kBuffered));
  return done.outcomes.front().previous.has_value();
}

Result<std::optional<KeyLife>> KeyValue::life(std::string_view key) const {
  const keys::KeyStore& store = engine_->keys();
  PinnedValue value;
  CAIRN_ASSIGN_OR_RETURN(const auto row, get_now(*engine_, space_, key, value));
  if (!row) return std::optional<KeyLife>();
  if (row->expires_ms == 0) return std::optional<KeyLife>(KeyLife{});
  const std::int64_t left = std::max<std::int64_t>(0, row->expires_ms - store.now_ms());
  return std::optional<KeyLife>(
      KeyLife{.expires = true, .remaining_ms = left, .expires_at_ms = row->expires_ms});
}

Result<KeyPage> KeyValue::scan(std::string_view prefix, const ScanKeysOptions& options) const {
  const keys::KeyStore& store = engine_->keys();
  const Keyspace space = store.find(space_);
  CAIRN_ASSIGN_OR_RETURN(KeyPage page, store.scan(space, prefix, options));
  // Of one that was dropped meanwhile, some may have been removed already.
  if (space != store.find(space_)) return KeyPage();
  return page;
}

Result<bool> KeyValue::drop(const DropSpaceOptions& options) {
  std::optional<InterruptScope> scope;
  if (options.interrupt != nullptr) scope.emplace(options.interrupt);
  CAIRN_ASSIGN_OR_RETURN(const auto dropped, engine_->keys().drop(space_));
  if (!dropped) return false;
  CAIRN_RETURN_IF_ERROR(acknowledge(*engine_, options.durability, *dropped));
  return true;
}

KeyValue Database::key_value(std::string_view space) { return {engine_.get(), space}; }

Result<KeyBatchResult> Database::apply(const KeyBatch& batch, const KeyBatchOptions& options) {
  return cairn::apply(*engine_, batch, options.durability);
}

}  // namespace cairn
