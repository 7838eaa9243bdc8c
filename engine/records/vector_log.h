// The log of a vector search index: which documents' vectors changed, in the order of commits, for
// those who keep the index in memory. Its rows stand behind the entries in the same keyspace:
//
//   keyspace | 0xff | op number, 8 bytes, big-endian | record id        ->  nothing
//   keyspace | 0xff | op number, 8 bytes, big-endian | record id | 'f'  ->  nothing: the vectors
//                                 stayed, what they are filtered by changed
//   keyspace | 0xff | op number, 8 bytes, big-endian | record id | 'e' | 4 bytes, big-endian  ->
//                                 nothing: of the record's nested vectors none changed that is of
//                                 an element with that number or a higher one
//
// They go once a manifest covers them (engine/exec/vector_manifest.h), or, where nothing is kept,
// once they are read: entries alone are the index.
#pragma once

#include "engine/records/keys/vector_entry.h"
#include "engine/records/keys/vector_filter_row.h"
#include "engine/storage/keys.h"

#include <limits>
#include <string>
#include <string_view>

namespace cairn::records {

// Above the number of every field and of what stands behind the fields.
inline constexpr char kVectorLogMark = '\xff';
// keyspace | 0xfe: which segment files belong to the index (engine/exec/vector_manifest.h).
inline constexpr char kVectorManifestMark = '\xfe';
inline constexpr std::size_t kVectorLogPrefix = sizeof(Keyspace) + 1;

// What stands before the op number.
inline void append_vector_log(std::string& key, Keyspace index) {
  append_u32(key, index);
  key.push_back(kVectorLogMark);
}

// The bounds of its rows of op numbers from `from` up to, but not with, `to`. It owns the bytes
// that `range()` borrows.
class VectorLogRange {
 public:
  explicit VectorLogRange(Keyspace index, OpNumber from = 0,
                          OpNumber to = std::numeric_limits<OpNumber>::max()) {
    append_vector_log(lower_, index);
    upper_ = lower_;
    append_u64(lower_, from);
    append_u64(upper_, to);
  }
  KeyRange range() const { return {lower_, upper_}; }

 private:
  std::string lower_;
  std::string upper_;
};

inline OpNumber vector_log_op(std::string_view key) {
  return read_u64(key.substr(kVectorLogPrefix));
}
inline constexpr char kOnlyFilterChanged = 'f';
inline constexpr char kElementsChanged = 'e';
inline constexpr std::size_t kBehindVectorLog =
    kVectorLogPrefix + sizeof(OpNumber) + sizeof(RecordId);

// REQUIRES, as the next: record ids of 8 bytes, which is all that a log is kept of.
inline std::string_view vector_log_record(std::string_view key) {
  return key.substr(kVectorLogPrefix + sizeof(OpNumber), sizeof(RecordId));
}
inline bool only_filter_changed(std::string_view key) {
  return key.size() > kBehindVectorLog && key[kBehindVectorLog] == kOnlyFilterChanged;
}
// Of nested fields only elements of lower numbers changed.
inline std::uint32_t changed_elements(std::string_view key) {
  const std::string_view behind = key.substr(kBehindVectorLog);
  return behind.starts_with(kElementsChanged) ? read_u32(behind.substr(1)) : 0;
}

inline std::string vector_manifest_key(Keyspace index) {
  std::string key;
  append_u32(key, index);
  key.push_back(kVectorManifestMark);
  return key;
}

// The row of what a record is filtered by.
inline void append_vector_filter(std::string& key, Keyspace index, std::string_view record_id) {
  append_u32(key, index);
  key.push_back(kVectorFilterMark);
  key.append(record_id);
}

// Nested vectors are named by their record and the number of their element. Record ids count up, so
// that they keep clear of the upper bits.
inline std::uint64_t element_id(RecordId record, std::uint32_t element) {
  return record << kElementBits | element;
}
inline RecordId record_of_element(std::uint64_t id) { return id >> kElementBits; }
inline std::uint32_t number_of_element(std::uint64_t id) {
  return static_cast<std::uint32_t>(id & (kMostElements - 1));
}

// The entry of a field of a record.
inline void append_vector_entry(std::string& key, Keyspace index, std::size_t field,
                                std::string_view record_id) {
  append_u32(key, index);
  key.push_back(static_cast<char>(field));
  key.append(record_id);
}

// A nested field has entries of elements: keyspace | field | element, 4 bytes, big-endian | record.
// The key of the entry whose vector is named so in memory: by its record or, where the field is
// nested, by its element.
inline std::string entry_of_id(Keyspace index, std::size_t field, std::uint64_t id, bool nested) {
  std::string key;
  append_vector_entry(key, index, field, {});
  if (nested) append_u32(key, number_of_element(id));
  append_u64(key, nested ? record_of_element(id) : id);
  return key;
}

// The other way round. REQUIRES: record ids of 8 bytes.
inline std::uint64_t id_of_entry(std::string_view key, bool nested) {
  const std::string_view behind = key.substr(kVectorLogPrefix);
  if (!nested) return read_u64(behind);
  return element_id(read_u64(behind.substr(sizeof(std::uint32_t))), read_u32(behind));
}

}  // namespace cairn::records
