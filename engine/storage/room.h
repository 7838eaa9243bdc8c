// Whether a disk takes this many bytes now. For what must not be begun on a full one.
#pragma once

#include <cstdint>
#include <string>

namespace rocksdb {
class FileSystem;
}  // namespace rocksdb

namespace cairn {

// Writes that much to a file of its own in `directory`, syncs it and removes it again.
bool has_room(rocksdb::FileSystem& files, const std::string& directory, std::uint64_t bytes);

}  // namespace cairn
