// The size that RocksDB names (GetLiveFiles) is that after its last synced edit, so a mark never
// claims what a loss of power may take.
#include "engine/storage/manifest.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <vector>

#include <rocksdb/file_system.h>
#include <xxhash.h>

#include "engine/storage/rocks_status.h"
#include "engine/storage/rocks_store.h"

namespace cairn {

struct ManifestHasher {
  ManifestHasher() : state(XXH3_createState()) { XXH3_64bits_reset(state); }
  ManifestHasher(const ManifestHasher&) = delete;
  ManifestHasher& operator=(const ManifestHasher&) = delete;
  ~ManifestHasher() { XXH3_freeState(state); }
  std::uint64_t digest() const { return XXH3_64bits_digest(state); }

  XXH3_state_t* const state;
};

namespace {

constexpr std::string_view kPrefix = "MANIFEST-";
constexpr std::size_t kReadBytes = 64 << 10;

std::string manifest_name(std::uint64_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < 6) digits.insert(0, 6 - digits.size(), '0');
  return std::string(kPrefix) + digits;
}

// The number in "MANIFEST-000123", maybe with a line's end; 0 if it is not that.
std::uint64_t manifest_number(std::string_view name) {
  if (!name.starts_with(kPrefix)) return 0;
  name.remove_prefix(kPrefix.size());
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  const std::string_view rest(end, name.data() + name.size());
  return error == std::errc() && (rest.empty() || rest == "\n") ? number : 0;
}

// Feeds the bytes of [from, to) to `hasher`. False where the file ends before `to`.
Result<bool> hash_range(rocksdb::FileSystem& files, const std::string& path, std::uint64_t from,
                        std::uint64_t to, const ManifestHasher& hasher) {
  std::unique_ptr<rocksdb::FSRandomAccessFile> file;
  const rocksdb::IOStatus opened = files.NewRandomAccessFile(path, {}, &file, nullptr);
  if (!opened.ok()) return to_status(opened, "open " + path);
  std::string scratch(kReadBytes, '\0');
  while (from < to) {
    rocksdb::Slice read;
    const std::size_t wanted = std::min<std::uint64_t>(to - from, scratch.size());
    const rocksdb::IOStatus io = file->Read(from, wanted, {}, &read, scratch.data(), nullptr);
    if (!io.ok()) return to_status(io, "read " + path);
    if (read.empty()) return false;
    XXH3_64bits_update(hasher.state, read.data(), read.size());
    from += read.size();
  }
  return true;
}

Result<std::uint64_t> current_manifest(rocksdb::FileSystem& files, const std::string& rocks_path) {
  const std::string path = rocks_path + "/CURRENT";
  std::unique_ptr<rocksdb::FSSequentialFile> file;
  rocksdb::IOStatus io = files.NewSequentialFile(path, {}, &file, nullptr);
  if (!io.ok()) return to_status(io, "open " + path);
  char scratch[64];
  rocksdb::Slice read;
  io = file->Read(sizeof scratch, {}, &read, scratch, nullptr);
  if (!io.ok()) return to_status(io, "read " + path);
  if (const std::uint64_t number = manifest_number(read.ToStringView()); number != 0) return number;
  return Status(ErrorCode::kInternalError, "the store is corrupt: no manifest is named in " + path);
}

Status lost(const std::string& what) {
  return {ErrorCode::kInternalError,
          "acknowledged writes are lost: " + what +
              "; a file was damaged, truncated or replaced by an older one"};
}

}  // namespace

Status check_manifest(rocksdb::FileSystem& files, const std::string& rocks_path,
                      const ManifestMark& known) {
  if (known.number == 0) return {};
  CAIRN_ASSIGN_OR_RETURN(const std::uint64_t number, current_manifest(files, rocks_path));
  if (number > known.number) return {};
  const std::string path = rocks_path + "/" + manifest_name(known.number);
  if (number < known.number) {
    return lost("CURRENT names " + manifest_name(number) + ", which is older than " + path);
  }
  const ManifestHasher hasher;
  CAIRN_ASSIGN_OR_RETURN(const bool whole, hash_range(files, path, 0, known.bytes, hasher));
  if (!whole) {
    return lost("of " + path + " a part is missing that had reached the disk, up to byte " +
                std::to_string(known.bytes));
  }
  if (hasher.digest() == known.hash) return {};
  return lost("the first " + std::to_string(known.bytes) + " bytes have changed of " + path);
}

ManifestWatch::ManifestWatch(const RocksStore& store, rocksdb::FileSystem& files,
                             std::string rocks_path)
    : store_(store), files_(files), rocks_path_(std::move(rocks_path)) {}

ManifestWatch::~ManifestWatch() = default;

ManifestMark ManifestWatch::look() {
  std::uint64_t size = 0;
  const std::string path = rocks_path_ + "/" + manifest_name(mark_.number);
  if (mark_.number != 0 && files_.GetFileSize(path, {}, &size, nullptr).ok() &&
      size == mark_.bytes) {
    return mark_;
  }
  std::vector<std::string> live;
  if (!store_.db().GetLiveFiles(live, &size, /*flush_memtable=*/false).ok()) return {};
  for (std::string_view name : live) {
    if (name.starts_with('/')) name.remove_prefix(1);
    if (const std::uint64_t number = manifest_number(name); number != 0) read_more(number, size);
  }
  return mark_;
}

void ManifestWatch::read_more(std::uint64_t number, std::uint64_t bytes) {
  if (number != mark_.number) {
    hasher_ = std::make_unique<ManifestHasher>();
    mark_ = {.number = number};
  }
  const std::string path = rocks_path_ + "/" + manifest_name(number);
  const auto whole = hash_range(files_, path, mark_.bytes, bytes, *hasher_);
  mark_ = {.number = number, .bytes = bytes, .hash = hasher_->digest()};
  // Where a newer one has replaced it meanwhile, the next look begins anew.
  if (!whole.ok() || !*whole) mark_ = {};
}

}  // namespace cairn
