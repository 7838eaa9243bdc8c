// RecordSet: which records were seen already, by their keys.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "engine/storage/keys.h"

namespace cairn::exec {

class RecordSet {
 public:
  // Whether the record is new.
  bool add(std::string_view record_key) {
    if (record_key.size() == kRecordKeyBytes) {
      return ids_.insert(record_id_of(record_key)).second;
    }
    return keys_.emplace(record_key).second;
  }

 private:
  static constexpr std::size_t kRecordKeyBytes = 12;  // keyspace, record id
  std::unordered_set<RecordId> ids_;
  std::unordered_set<std::string> keys_;  // of a clustered collection
};

}  // namespace cairn::exec
