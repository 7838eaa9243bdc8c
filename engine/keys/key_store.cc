#include "engine/keys/key_store.h"

#include <cairn/limits.h>

#include <algorithm>
#include <utility>

namespace cairn::keys {
namespace {

// The longest name of a space.
constexpr std::size_t kMaxSpaceBytes = kMaxNamespaceBytes;
// A page of a scan ends with the entry that reaches this.
constexpr std::size_t kMaxPageBytes = kMaxDocumentBytes;

Status check_write(const KeyBatch::Write& write) {
  if (write.space.empty() || write.space.size() > kMaxSpaceBytes) {
    return {ErrorCode::kBadValue, "the name of a space of keys has 1 to " +
                                      std::to_string(kMaxSpaceBytes) + " bytes, not " +
                                      std::to_string(write.space.size())};
  }
  if (write.key.empty() || write.key.size() > kMaxKeyBytes) {
    return {ErrorCode::kBadValue, "a key has 1 to " + std::to_string(kMaxKeyBytes) +
                                      " bytes, not " + std::to_string(write.key.size())};
  }
  if (write.value.size() > kMaxDocumentBytes) {
    return {ErrorCode::kBadValue, "a key's value has at most " + std::to_string(kMaxDocumentBytes) +
                                      " bytes, not " + std::to_string(write.value.size())};
  }
  return {};
}

bool creates(const KeyBatch::Write& write) {
  return write.kind == KeyBatch::Write::Kind::kSet ||
         write.kind == KeyBatch::Write::Kind::kIncrement;
}

// The keys of `[prefix, after everything that begins with it)`; `upper` is empty where that is the
// keyspace's end.
std::string end_of_prefix(std::string prefix) {
  while (prefix.size() > sizeof(Keyspace) && static_cast<unsigned char>(prefix.back()) == 0xff) {
    prefix.pop_back();
  }
  if (prefix.size() > sizeof(Keyspace)) {
    ++prefix.back();
    return prefix;
  }
  return std::string(KeyspaceKey(keyspace_of(prefix) + 1).view());
}

}  // namespace

SpaceLease& SpaceLease::operator=(SpaceLease&& other) noexcept {
  release();
  name_ = std::move(other.name_);
  keyspace_ = other.keyspace_;
  gate_ = std::move(other.gate_);
  return *this;
}

void SpaceLease::release() {
  if (gate_ != nullptr) std::exchange(gate_, nullptr)->leave();
}

Keyspace PreparedBatch::space(std::string_view name) const {
  const auto found = std::find_if(leases_.begin(), leases_.end(),
                                  [&](const SpaceLease& one) { return one.name() == name; });
  return found == leases_.end() ? kNoKeyspace : found->keyspace();
}

void PreparedBatch::add_to(WriteUnit& unit) const {
  for (const std::string& entry : old_expiries_) unit.remove(Family::kAux, entry);
  for (const std::string& entry : new_expiries_) unit.put(Family::kAux, entry, {});
  for (const auto& [key, row] : rows_) {
    if (row.has_value()) {
      unit.put(Family::kAux, key, *row);
    } else {
      unit.remove(Family::kAux, key);
    }
  }
}

Result<std::unique_ptr<KeyStore>> KeyStore::load(Storage& storage, Clock clock) {
  std::unique_ptr<KeyStore> store(new KeyStore(storage, std::move(clock)));
  CAIRN_RETURN_IF_ERROR(store->load_spaces());
  return store;
}

Status KeyStore::load_spaces() {
  std::unique_lock lock(mutex_);
  const std::string lower(1, kSpaceRow);
  const std::string upper(1, kSpaceRow + 1);
  KeyCursor cursor = storage_.latest().scan(Family::kMeta, {lower, upper});
  for (cursor.seek_first(); cursor.valid(); cursor.next()) {
    if (cursor.value().size() != sizeof(Keyspace)) return corrupt("a row of a space of keys");
    const Keyspace keyspace = read_u32(cursor.value());
    const std::string_view name = cursor.key().substr(1);
    if (name.empty()) {
      expiries_ = keyspace;
    } else {
      spaces_.emplace(name, Space{keyspace, std::make_shared<Gate>()});
      names_.emplace(keyspace, name);
    }
  }
  return cursor.status();
}

std::optional<KeyStore::Space> KeyStore::look(std::string_view space) const {
  std::shared_lock lock(mutex_);
  const auto found = spaces_.find(space);
  return found == spaces_.end() ? std::nullopt : std::optional(found->second);
}

Keyspace KeyStore::find(std::string_view space) const {
  std::shared_lock lock(mutex_);
  const auto found = spaces_.find(space);
  return found == spaces_.end() ? kNoKeyspace : found->second.keyspace;
}

Keyspace KeyStore::expiries_space() const {
  std::shared_lock lock(mutex_);
  return expiries_;
}

Result<KeyStore::Space> KeyStore::find_or_create(std::string_view space) {
  if (std::optional<Space> found = look(space)) return std::move(*found);
  std::unique_lock lock(mutex_);
  if (const auto found = spaces_.find(space); found != spaces_.end()) return found->second;
  return create_locked(space);
}

Result<KeyStore::Space> KeyStore::create_locked(std::string_view space) {
  const bool first = expiries_ == kNoKeyspace;
  CAIRN_ASSIGN_OR_RETURN(const Keyspace keyspace, storage_.keyspaces().allocate(first ? 2 : 1));
  WriteUnit unit;
  const auto put = [&unit](std::string_view name, Keyspace named) {
    std::string row;
    append_u32(row, named);
    unit.put(Family::kMeta, space_key(name), row);
  };
  put(space, keyspace);
  if (first) put({}, keyspace + 1);
  CAIRN_RETURN_IF_ERROR(storage_.commits().commit(unit).status());
  if (first) expiries_ = keyspace + 1;
  names_.emplace(keyspace, space);
  return spaces_.emplace(space, Space{keyspace, std::make_shared<Gate>()}).first->second;
}

Result<std::optional<Row>> KeyStore::get(const Reader& reader, Keyspace space, std::string_view key,
                                         PinnedValue& value, std::int64_t now_ms) const {
  if (space == kNoKeyspace) return std::optional<Row>();
  CAIRN_ASSIGN_OR_RETURN(const bool found, reader.get(Family::kAux, row_key(space, key), value));
  if (!found) return std::optional<Row>();
  CAIRN_ASSIGN_OR_RETURN(const Row row, decode_row(value.view()));
  if (!row.alive(now_ms)) return std::optional<Row>();
  return std::optional<Row>(row);
}

Result<KeyPage> KeyStore::scan(Keyspace space, std::string_view prefix,
                               const ScanKeysOptions& options) const {
  KeyPage page;
  if (options.limit == 0) {
    return Status(ErrorCode::kBadValue, "the limit of a scan of keys must be at least 1");
  }
  if (space == kNoKeyspace) return page;
  constexpr std::size_t kKeysPerCheck = 256;
  const std::string lower = row_key(space, prefix);
  const std::string upper = end_of_prefix(lower);
  KeyCursor cursor = storage_.latest().scan(Family::kAux, {lower, upper});
  if (options.after >= prefix) {
    std::string from = row_key(space, options.after);
    from.push_back('\0');  // the least key greater than it
    cursor.seek(from);
  } else {
    cursor.seek_first();
  }
  std::size_t looked_at = 0;
  std::size_t bytes = 0;
  for (; cursor.valid(); cursor.next()) {
    if (options.interrupt != nullptr && ++looked_at % kKeysPerCheck == 0) {
      CAIRN_RETURN_IF_ERROR(options.interrupt->check());
    }
    CAIRN_ASSIGN_OR_RETURN(const Row row, decode_row(cursor.value()));
    if (!row.alive(now_ms())) continue;
    page.more = page.entries.size() == options.limit || bytes >= kMaxPageBytes;
    if (page.more) break;
    page.entries.push_back({.key = std::string(after_keyspace(cursor.key())),
                            .value = std::string(options.values ? row.value : std::string_view()),
                            .expires_at_ms = row.expires_ms});
    bytes += page.entries.back().key.size() + page.entries.back().value.size();
  }
  CAIRN_RETURN_IF_ERROR(cursor.status());
  return page;
}

// Staged commits may hold some: they are applied first.
Result<Intents> KeyStore::lock(std::span<const std::uint64_t> hashes) const {
  auto locked = storage_.intents().lock(hashes, {.on_conflict = OnConflict::kFail});
  if (locked.ok()) return locked;
  storage_.commits().lead_staged();
  return storage_.intents().lock(hashes);
}

Result<PreparedBatch> KeyStore::prepare(const KeyBatch& batch) {
  PreparedBatch prepared;
  std::vector<std::uint64_t> hashes;
  for (const KeyBatch::Write& write : batch.writes()) {
    CAIRN_RETURN_IF_ERROR(check_write(write));
    hashes.push_back(lock_hash(write.space, write.key));
  }
  CAIRN_RETURN_IF_ERROR(enter(batch, prepared));
  CAIRN_ASSIGN_OR_RETURN(prepared.intents_, lock(hashes));
  enter_new(batch, prepared);
  CAIRN_RETURN_IF_ERROR(evaluate(batch, prepared));
  return prepared;
}

Status KeyStore::enter(const KeyBatch& batch, PreparedBatch& into) {
  const auto writes = batch.writes();
  for (std::size_t at = 0; at < writes.size();) {
    const KeyBatch::Write& write = writes[at];
    std::optional<Space> space;
    if (into.space(write.space) == kNoKeyspace) {
      space = look(write.space);
      if (!space && creates(write)) {
        CAIRN_ASSIGN_OR_RETURN(space, find_or_create(write.space));
      }
    }
    if (space && !space->gate->enter()) {
      into.leases_.clear();
      CAIRN_RETURN_IF_ERROR(space->gate->wait_open());
      at = 0;
      continue;
    }
    if (space) into.leases_.emplace_back(write.space, space->keyspace, std::move(space->gate));
    ++at;
  }
  return {};
}

// From here on nobody else can set the batch's keys, so that a space which begins later has none of
// them; nor has one that is being dropped.
void KeyStore::enter_new(const KeyBatch& batch, PreparedBatch& into) const {
  for (const KeyBatch::Write& write : batch.writes()) {
    if (into.space(write.space) != kNoKeyspace) continue;
    std::optional<Space> space = look(write.space);
    if (!space || !space->gate->enter()) continue;
    into.leases_.emplace_back(write.space, space->keyspace, std::move(space->gate));
  }
}

// Nobody writes to the keys meanwhile: only time may have changed what holds of them.
Status KeyStore::evaluate(const KeyBatch& batch, PreparedBatch& prepared) const {
  const std::int64_t now = now_ms();
  if (prepared.at_ms_ == now) return {};
  PreparedBatch evaluated;
  evaluated.at_ms_ = now;
  evaluated.result_.done = true;
  const Evaluation evaluation(now);
  std::map<std::pair<std::string_view, std::string_view>, KeyState> states;
  for (const KeyBatch::Write& write : batch.writes()) {
    const auto [at, fresh] = states.try_emplace({write.space, write.key});
    const Keyspace space = fresh ? prepared.space(write.space) : kNoKeyspace;
    if (space != kNoKeyspace) {
      CAIRN_ASSIGN_OR_RETURN(at->second, read(row_key(space, write.key), now));
    }
    CAIRN_ASSIGN_OR_RETURN(KeyOutcome outcome, evaluation.run(write, at->second));
    evaluated.result_.done = outcome.held;
    evaluated.result_.outcomes.push_back(std::move(outcome));
    if (!evaluated.holds()) break;
  }
  if (evaluated.holds()) {
    for (const auto& [name, state] : states) {
      if (state.changed) {
        write(row_key(prepared.space(name.first), name.second), state, evaluated);
      }
    }
  }
  evaluated.leases_ = std::move(prepared.leases_);
  evaluated.intents_ = std::move(prepared.intents_);
  prepared = std::move(evaluated);
  return {};
}

Result<KeyState> KeyStore::read(const std::string& row, std::int64_t now_ms) const {
  KeyState state;
  PinnedValue value;
  CAIRN_ASSIGN_OR_RETURN(state.stored, storage_.latest().get(Family::kAux, row, value));
  if (!state.stored) return state;
  CAIRN_ASSIGN_OR_RETURN(const Row stored, decode_row(value.view()));
  state.stored_expires_ms = state.expires_ms = stored.expires_ms;
  if (stored.alive(now_ms)) state.value = std::string(stored.value);
  return state;
}

// Into `into` goes only what differs: an entry whose time stays is left alone.
void KeyStore::write(std::string_view row, const KeyState& state, PreparedBatch& into) const {
  const Keyspace expiries = expiries_space();
  const bool there = state.value.has_value();
  const std::int64_t expires = there ? state.expires_ms : 0;
  const std::int64_t before = state.stored ? state.stored_expires_ms : 0;
  const ExpiryEntry entry{before, keyspace_of(row), after_keyspace(row)};
  if (before != 0 && before != expires) {
    into.old_expiries_.push_back(expiry_key(expiries, entry));
  }
  if (expires != 0 && expires != before) {
    into.new_expiries_.push_back(expiry_key(expiries, {expires, entry.space, entry.key}));
  }
  if (there) {
    into.rows_.emplace(row, encode_row(expires, *state.value));
  } else if (state.stored) {
    into.rows_.emplace(row, std::nullopt);
  }
}

Result<KeyBatchResult> KeyStore::apply(const KeyBatch& batch) {
  CAIRN_ASSIGN_OR_RETURN(PreparedBatch prepared, prepare(batch));
  if (!prepared.holds()) return std::move(prepared.result());
  WriteUnit unit;
  prepared.add_to(unit);
  if (unit.empty()) return std::move(prepared.result());
  CAIRN_ASSIGN_OR_RETURN(const CommitReceipt receipt,
                         storage_.commits().commit(unit, &prepared.intents()));
  prepared.result().op_time = {receipt.last_op};
  return std::move(prepared.result());
}

std::vector<Keyspace> KeyStore::keyspaces() const {
  std::shared_lock lock(mutex_);
  std::vector<Keyspace> all;
  for (const auto& [name, space] : spaces_) all.push_back(space.keyspace);
  if (expiries_ != kNoKeyspace) all.push_back(expiries_);
  return all;
}

}  // namespace cairn::keys
