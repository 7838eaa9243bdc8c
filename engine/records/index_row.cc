#include "engine/records/index_row.h"

#include "index/key/record_id.h"

namespace cairn::records {
namespace {

constexpr std::size_t kLengthBytes = 4;

Status malformed(const CollectionEntry& collection, const IndexEntry& index) {
  return {ErrorCode::kInternalError, "malformed entry in index " + index.name() +
                                         ", run `cairn check`: " + collection.full_name()};
}

}  // namespace

void IndexRowWriter::assign(const CollectionEntry& collection, const IndexEntry& index,
                            IndexKey key, std::string_view record_id) {
  key_.clear();
  append_index_key(key_, index.keyspace(), key.key);
  value_.clear();
  if (collection.definition().clustered) {
    append_u32(value_, static_cast<std::uint32_t>(record_id.size()));
  }
  (index.record_place() == RecordPlace::kInKey ? key_ : value_).append(record_id);
  value_.append(key.type_bits);
}

Result<IndexRow> read_index_row(const CollectionEntry& collection, const IndexEntry& index,
                                std::string_view key, std::string_view value) {
  IndexRow row;
  if (key.size() < sizeof(Keyspace)) return malformed(collection, index);
  row.components = after_keyspace(key);
  std::size_t length = key::kRecordIdBytes;
  if (collection.definition().clustered) {
    if (value.size() < kLengthBytes) return malformed(collection, index);
    length = read_u32(value);
    value.remove_prefix(kLengthBytes);
  }
  std::string_view& holder = index.record_place() == RecordPlace::kInKey ? row.components : value;
  if (holder.size() < length) return malformed(collection, index);
  if (index.record_place() == RecordPlace::kInKey) {
    row.record_id = holder.substr(holder.size() - length);
    holder.remove_suffix(length);
  } else {
    row.record_id = holder.substr(0, length);
    holder.remove_prefix(length);
  }
  row.type_bits = value;
  return row;
}

}  // namespace cairn::records
