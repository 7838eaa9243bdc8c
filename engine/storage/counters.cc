// A row is 24 bytes: documents i64, bytes i64, highest record id u64, little-endian.
#include "engine/storage/counters.h"

#include <cstring>
#include <utility>

#include "engine/storage/keys.h"
#include "engine/storage/reader.h"

namespace cairn {

namespace {
constexpr std::size_t kTotalsBytes = 24;
}  // namespace

std::string encode_totals(const Totals& totals) {
  char bytes[kTotalsBytes];
  std::memcpy(bytes, &totals.documents, 8);
  std::memcpy(bytes + 8, &totals.bytes, 8);
  std::memcpy(bytes + 16, &totals.highest_record_id, 8);
  return {bytes, sizeof bytes};
}

Result<Totals> decode_totals(std::string_view value) {
  if (value.size() != kTotalsBytes) {
    return Status(ErrorCode::kInternalError, "the store is corrupt: a collection's counters have " +
                                                 std::to_string(value.size()) + " bytes");
  }
  Totals totals;
  std::memcpy(&totals.documents, value.data(), 8);
  std::memcpy(&totals.bytes, value.data() + 8, 8);
  std::memcpy(&totals.highest_record_id, value.data() + 16, 8);
  return totals;
}

CollectionCounters::CollectionCounters(Keyspace keyspace, const Totals& totals)
    : keyspace_(keyspace),
      documents_(totals.documents),
      bytes_(totals.bytes),
      next_record_id_(totals.highest_record_id + 1),
      committed_(totals),
      committing_(totals) {}

Status CounterTable::load(const Reader& reader) {
  const std::string lower = counters_key(0);
  const std::string upper = "O";  // 'N' + 1
  KeyCursor cursor = reader.scan(Family::kMeta, {lower, upper});
  std::lock_guard lock(mutex_);
  for (cursor.seek_first(); cursor.valid(); cursor.next()) {
    const Keyspace keyspace = read_u32(cursor.key().substr(1));
    CAIRN_ASSIGN_OR_RETURN(const Totals totals, decode_totals(cursor.value()));
    counters_[keyspace] = std::make_shared<CollectionCounters>(keyspace, totals);
  }
  return cursor.status();
}

std::shared_ptr<CollectionCounters> CounterTable::get(Keyspace keyspace) {
  std::lock_guard lock(mutex_);
  auto& counters = counters_[keyspace];
  if (counters == nullptr) counters = std::make_shared<CollectionCounters>(keyspace, Totals{});
  return counters;
}

void CounterTable::forget(Keyspace keyspace) {
  std::lock_guard lock(mutex_);
  counters_.erase(keyspace);
}

}  // namespace cairn
