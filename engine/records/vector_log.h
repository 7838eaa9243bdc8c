// The log of a vector search index: which documents' vectors changed, in the order of commits, for
// those who keep the index in memory. Its rows stand behind the entries in the same keyspace:
//
//   keyspace | 0xff | op number, 8 bytes, big-endian | record id  ->  nothing
//
// They go once they are read (engine/exec/vector_index.h): entries alone are the index.
#pragma once

#include "engine/storage/keys.h"

#include <limits>
#include <string>
#include <string_view>

namespace cairn::records {

inline constexpr char kVectorLogMark = '\xff';  // above the number of every field
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
inline std::string_view vector_log_record(std::string_view key) {
  return key.substr(kVectorLogPrefix + sizeof(OpNumber));
}

// The entry of a field of a record.
inline void append_vector_entry(std::string& key, Keyspace index, std::size_t field,
                                std::string_view record_id) {
  append_u32(key, index);
  key.push_back(static_cast<char>(field));
  key.append(record_id);
}

}  // namespace cairn::records
