// What RocksDB says, said as a Status.
#pragma once

#include <string_view>

#include <cairn/status.h>

namespace rocksdb {
class Status;
}  // namespace rocksdb

namespace cairn {

// `doing` says what was tried ("open the store"). OK stays OK; it must not be NotFound.
Status to_status(const rocksdb::Status& status, std::string_view doing);

}  // namespace cairn
