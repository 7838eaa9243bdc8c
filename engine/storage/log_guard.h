// LogGuard: files whose failed log writes are known before RocksDB acts on them.
//
// RocksDB as Debian builds it has its assertions on, and one of them ends the process when a log
// file is synced to which a write has failed. Writers and the syncer are different threads: so a
// failed write first tells WriteHealth, which waits for the sync under way and lets none begin.
#pragma once

#include <memory>

#include <rocksdb/file_system.h>

#include "engine/storage/write_health.h"

namespace cairn {

// `files` with guarded logs. Thread-safety: as `files`.
std::shared_ptr<rocksdb::FileSystem> guard_logs(std::shared_ptr<rocksdb::FileSystem> files,
                                                std::shared_ptr<WriteHealth> health);

}  // namespace cairn
