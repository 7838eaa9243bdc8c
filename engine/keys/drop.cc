// Dropping a space: its name goes and its keyspace is given to the reaper, in one commit.
//
// The entries of its expiries lie among those of all other spaces. They are removed after the
// commit, in bounded ones; a process that dies meanwhile leaves some, which the sweeper removes
// when they are due. Keyspaces are never reused, so that none leads to a key of another space.
#include "engine/keys/key_store.h"

#include <mutex>

namespace cairn::keys {
namespace {

constexpr std::size_t kUnitBytes = 1 << 20;

}  // namespace

Result<std::optional<OpTime>> KeyStore::drop(std::string_view space) {
  while (true) {
    const std::optional<Space> found = look(space);
    if (!found) return std::optional<OpTime>();
    if (!found->gate->close()) {
      CAIRN_RETURN_IF_ERROR(found->gate->wait_open());
      continue;
    }
    storage_.commits().lead_staged();  // staged commits may be inside
    Status empty = found->gate->wait_empty();
    Result<OpTime> dropped =
        empty.ok() ? commit_drop(space, found->keyspace) : Result<OpTime>(std::move(empty));
    if (!dropped.ok()) {
      found->gate->open();
      return dropped.take_status();
    }
    found->gate->retire();
    // What cannot be removed now is removed when it is due.
    (void)forget_expiries(found->keyspace);
    storage_.keyspaces().dropped(found->keyspace, 1);
    return std::optional(*dropped);
  }
}

// REQUIRES: its gate is closed, and nobody is inside.
Result<OpTime> KeyStore::commit_drop(std::string_view name, Keyspace space) {
  WriteUnit unit;
  unit.remove(Family::kMeta, space_key(name));
  Keyspaces::drop(unit, space, 1);
  CAIRN_ASSIGN_OR_RETURN(const CommitReceipt receipt, storage_.commits().commit(unit));
  std::unique_lock lock(mutex_);
  spaces_.erase(spaces_.find(name));
  names_.erase(space);
  return OpTime{receipt.last_op};
}

// REQUIRES: nobody writes to the space any more, and the reaper does not have it yet.
Status KeyStore::forget_expiries(Keyspace space) {
  const Keyspace expiries = expiries_space();
  const KeyspaceRange range(space);
  KeyCursor cursor = storage_.latest().scan(Family::kAux, range.range(), {.fill_cache = false});
  WriteUnit unit;
  for (cursor.seek_first(); cursor.valid(); cursor.next()) {
    CAIRN_ASSIGN_OR_RETURN(const Row row, decode_row(cursor.value()));
    if (row.expires_ms == 0) continue;
    unit.remove(Family::kAux,
                expiry_key(expiries, {row.expires_ms, space, after_keyspace(cursor.key())}));
    if (unit.bytes() < kUnitBytes) continue;
    CAIRN_RETURN_IF_ERROR(storage_.commits().commit(unit).status());
    unit.clear();
  }
  CAIRN_RETURN_IF_ERROR(cursor.status());
  return unit.empty() ? Status() : storage_.commits().commit(unit).status();
}

}  // namespace cairn::keys
