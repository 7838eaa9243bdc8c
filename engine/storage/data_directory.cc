// Files are replaced by writing NAME.new, syncing it and renaming it, so that each is old or new
// and never torn: a checksum that does not match is damage, not a crash.
#include "engine/storage/data_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <flatbuffers/flatbuffers.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <xxhash.h>

#include "engine/storage/files_generated.h"
#include "engine/storage/rocks_status.h"

namespace cairn {

namespace {

constexpr std::string_view kMagic("CAIRN\0\0\1", 8);
constexpr std::size_t kFrameBytes = 16;

Status errno_status(std::string_view doing, const std::string& path, int error) {
  ErrorCode code = ErrorCode::kInternalError;
  if (error == ENOENT || error == ENOTDIR) code = ErrorCode::kNonExistentPath;
  if (error == EACCES || error == EPERM || error == EROFS) code = ErrorCode::kUnauthorized;
  if (error == ENOSPC || error == EDQUOT) code = ErrorCode::kOutOfDiskSpace;
  return {code, "could not " + std::string(doing) + " " + path + ": " + std::strerror(error)};
}

Status damaged(const std::string& path) {
  return {ErrorCode::kInternalError,
          "the store is corrupt: the checksum does not match in " + path};
}

Result<std::string> read_framed(rocksdb::FileSystem& files, const std::string& path) {
  std::unique_ptr<rocksdb::FSSequentialFile> file;
  rocksdb::IOStatus io = files.NewSequentialFile(path, {}, &file, nullptr);
  if (!io.ok()) return to_status(io, "open " + path);
  std::string scratch(4096, '\0');  // both files are far smaller
  rocksdb::Slice read;
  io = file->Read(scratch.size(), {}, &read, scratch.data(), nullptr);
  if (!io.ok()) return to_status(io, "read " + path);
  const std::string bytes = read.ToString();
  if (bytes.size() < kFrameBytes || bytes.compare(0, kMagic.size(), kMagic) != 0) {
    return damaged(path);
  }
  std::uint64_t hash;
  std::memcpy(&hash, bytes.data() + 8, sizeof hash);
  std::string payload = bytes.substr(kFrameBytes);
  if (XXH3_64bits(payload.data(), payload.size()) != hash) return damaged(path);
  return payload;
}

rocksdb::IOStatus write_synced(rocksdb::FileSystem& files, const std::string& path,
                               const std::string& bytes) {
  std::unique_ptr<rocksdb::FSWritableFile> file;
  rocksdb::IOStatus io = files.NewWritableFile(path, {}, &file, nullptr);
  if (io.ok()) io = file->Append(bytes, {}, nullptr);
  if (io.ok()) io = file->Sync({}, nullptr);
  if (file != nullptr) {
    rocksdb::IOStatus closed = file->Close({}, nullptr);
    if (io.ok()) io = closed;
  }
  return io;
}

Status replace_file(rocksdb::FileSystem& files, const std::string& path, const std::string& bytes) {
  const std::string fresh = path + ".new";
  rocksdb::IOStatus io = write_synced(files, fresh, bytes);
  if (io.ok()) io = files.RenameFile(fresh, path, {}, nullptr);
  return to_status(io, "write " + path);
}

Status sync_directory(rocksdb::FileSystem& files, const std::string& path) {
  std::unique_ptr<rocksdb::FSDirectory> directory;
  rocksdb::IOStatus io = files.NewDirectory(path, {}, &directory, nullptr);
  if (io.ok()) io = directory->Fsync({}, nullptr);
  return to_status(io, "sync " + path);
}

template <typename Table>
const Table* checked(const std::string& payload) {
  flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(payload.data()),
                                 payload.size());
  if (!verifier.VerifyBuffer<Table>(nullptr)) return nullptr;
  return flatbuffers::GetRoot<Table>(payload.data());
}

std::string finished(flatbuffers::FlatBufferBuilder& builder) {
  return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

}  // namespace

std::string frame_file(std::string_view payload) {
  std::string bytes(kMagic);
  const std::uint64_t hash = XXH3_64bits(payload.data(), payload.size());
  bytes.append(reinterpret_cast<const char*>(&hash), sizeof hash);
  return bytes.append(payload);
}

std::string encode_identity(std::uint32_t format_version, const Uuid& uuid,
                            std::int64_t created_ms) {
  flatbuffers::FlatBufferBuilder builder;
  const auto id = builder.CreateVector(uuid.data(), uuid.size());
  builder.Finish(flat::CreateIdentity(builder, format_version, id, created_ms));
  return frame_file(finished(builder));
}

std::string encode_watermark(OpNumber op, const ManifestMark& manifest, std::int64_t written_ms) {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(flat::CreateWatermark(builder, op, written_ms, manifest.number, manifest.bytes,
                                       manifest.hash));
  return frame_file(finished(builder));
}

DataDirectory::DataDirectory(const Options& options)
    : path_(options.path), file_system_(options.file_system) {}

DataDirectory::DataDirectory(DataDirectory&& other) noexcept
    : path_(std::move(other.path_)),
      file_system_(other.file_system_),
      uuid_(other.uuid_),
      watermark_(other.watermark_),
      manifest_(other.manifest_),
      lock_file_(std::exchange(other.lock_file_, -1)) {}

DataDirectory::~DataDirectory() {
  if (lock_file_ >= 0) close(lock_file_);
}

Result<DataDirectory> DataDirectory::open(const Options& options) {
  DataDirectory directory(options);
  if (options.on_disk) CAIRN_RETURN_IF_ERROR(directory.ensure_directory(options));
  if (options.on_disk) CAIRN_RETURN_IF_ERROR(directory.lock(options.read_only));
  const std::string identity = options.path + "/CAIRN";
  if (options.file_system->FileExists(identity, {}, nullptr).ok()) {
    CAIRN_RETURN_IF_ERROR(directory.read_identity());
    CAIRN_RETURN_IF_ERROR(directory.read_watermark());
  } else {
    CAIRN_RETURN_IF_ERROR(directory.create_identity(options));
  }
  return directory;
}

Status DataDirectory::ensure_directory(const Options& options) {
  struct stat info {};
  if (stat(path_.c_str(), &info) == 0) {
    if (S_ISDIR(info.st_mode)) return {};
    return {ErrorCode::kInvalidOptions, "the data directory is not a directory: " + path_};
  }
  if (errno != ENOENT) return errno_status("look at the data directory", path_, errno);
  if (options.read_only || !options.create_if_missing) {
    return {ErrorCode::kNonExistentPath, "the data directory does not exist: " + path_};
  }
  const rocksdb::IOStatus made = file_system_->CreateDirIfMissing(path_, {}, nullptr);
  return to_status(made, "create the data directory " + path_);
}

Status DataDirectory::lock(bool read_only) {
  const std::string path = path_ + "/cairn.lock";
  lock_file_ =
      ::open(path.c_str(), read_only ? O_RDONLY | O_CLOEXEC : O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  // A directory that cannot be written may be read without a lock: nobody else can write it either.
  if (lock_file_ < 0 && read_only) return {};
  if (lock_file_ < 0) return errno_status("open the lock file", path, errno);
  if (flock(lock_file_, (read_only ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0) {
    char owner[32] = {};
    const ssize_t read = pread(lock_file_, owner, sizeof owner - 1, 0);
    return {ErrorCode::kDBPathInUse,
            "the data directory is in use by another Cairn" +
                (read > 0 ? " (process " + std::string(owner) + ")" : std::string()) +
                "; stop it first, or choose another directory: " + path_};
  }
  if (read_only) return {};
  const std::string pid = std::to_string(getpid());
  // Only for the message above; a full disk must not keep the store from opening.
  if (ftruncate(lock_file_, 0) == 0) {
    [[maybe_unused]] const ssize_t written = pwrite(lock_file_, pid.data(), pid.size(), 0);
  }
  return {};
}

Status DataDirectory::read_identity() {
  const std::string path = path_ + "/CAIRN";
  CAIRN_ASSIGN_OR_RETURN(const std::string payload, read_framed(*file_system_, path));
  const auto* identity = checked<flat::Identity>(payload);
  if (identity == nullptr || identity->uuid()->size() != uuid_.size()) return damaged(path);
  if (identity->format_version() > kFormatVersion) {
    return {ErrorCode::kInvalidOptions, "the data directory was written by a newer Cairn (format " +
                                            std::to_string(identity->format_version()) +
                                            ", this one knows up to " +
                                            std::to_string(kFormatVersion) + "): " + path_};
  }
  std::copy(identity->uuid()->begin(), identity->uuid()->end(), uuid_.begin());
  return {};
}

Status DataDirectory::create_identity(const Options& options) {
  std::vector<std::string> present;
  // Of a directory that is not there (in memory) nothing is present.
  file_system_->GetChildren(path_, {}, &present, nullptr).PermitUncheckedError();
  std::erase_if(present, [](const std::string& name) {
    return name == "." || name == ".." || name == "cairn.lock" || name == "CAIRN.new" ||
           name == "lost+found";
  });
  if (!present.empty()) {
    return {ErrorCode::kInvalidOptions,
            "not a Cairn data directory: it has no CAIRN file but holds '" + present.front() +
                "': " + path_};
  }
  if (options.read_only || !options.create_if_missing) {
    return {ErrorCode::kNonExistentPath, "there is no store in the data directory " + path_};
  }
  uuid_ = random_uuid();
  const rocksdb::IOStatus made = file_system_->CreateDirIfMissing(path_, {}, nullptr);
  if (!made.ok()) return to_status(made, "create the data directory " + path_);
  CAIRN_RETURN_IF_ERROR(replace_file(*file_system_, path_ + "/CAIRN",
                                     encode_identity(kFormatVersion, uuid_, options.now_ms)));
  return sync_directory(*file_system_, path_);
}

Status DataDirectory::read_watermark() {
  const std::string path = path_ + "/WATERMARK";
  const rocksdb::IOStatus exists = file_system_->FileExists(path, {}, nullptr);
  if (exists.IsNotFound()) return {};  // the creation of the store was cut short
  if (!exists.ok()) return to_status(exists, "look at " + path);
  CAIRN_ASSIGN_OR_RETURN(const std::string payload, read_framed(*file_system_, path));
  const auto* watermark = checked<flat::Watermark>(payload);
  if (watermark == nullptr) return damaged(path);
  watermark_ = watermark->op();
  manifest_ = {.number = watermark->manifest(),
               .bytes = watermark->manifest_bytes(),
               .hash = watermark->manifest_hash()};
  return {};
}

Status DataDirectory::verify() const {
  CAIRN_RETURN_IF_ERROR(read_framed(*file_system_, path_ + "/CAIRN").status());
  return read_framed(*file_system_, path_ + "/WATERMARK").status();
}

Status DataDirectory::write_watermark(OpNumber op, const ManifestMark& manifest,
                                      std::int64_t now_ms) {
  const ManifestMark& known = manifest.number == 0 ? manifest_ : manifest;
  CAIRN_RETURN_IF_ERROR(
      replace_file(*file_system_, path_ + "/WATERMARK", encode_watermark(op, known, now_ms)));
  // The first one says that the store exists: it must not be lost with the directory's entry.
  const bool first = !watermark_.has_value();
  watermark_ = op;
  manifest_ = known;
  return first ? sync_directory(*file_system_, path_) : Status();
}

}  // namespace cairn
