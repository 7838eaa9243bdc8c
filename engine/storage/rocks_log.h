// RocksLog: RocksDB's own messages, in `LOG` beside its files.
//
// RocksDB's logger, as Debian builds it, ends the process by an assertion when a second message
// meets a full disk. This one loses the message. Thread-safety: everything.
#pragma once

#include <memory>
#include <string>

namespace rocksdb {
class Logger;
}  // namespace rocksdb

namespace cairn {

// Appends warnings and errors to `directory`/LOG, which becomes LOG.old where it has grown to a
// MiB. Where it cannot be opened, says nothing; an empty directory: never.
std::shared_ptr<rocksdb::Logger> rocks_log(const std::string& directory);

}  // namespace cairn
