#include "engine/storage/spill_space.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

namespace cairn {
namespace {

Status failed(std::string_view doing, const std::string& path, int error) {
  const bool full = error == ENOSPC || error == EDQUOT;
  const bool refused = error == EACCES || error == EPERM || error == EROFS;
  const ErrorCode code = full      ? ErrorCode::kOutOfDiskSpace
                         : refused ? ErrorCode::kUnauthorized
                                   : ErrorCode::kInternalError;
  return {code, "could not " + std::string(doing) + " " + path + ": " + std::strerror(error)};
}

// For file systems without nameless files: a name for a moment.
int make_and_unname(const std::string& folder) {
  std::string name = folder + "/spill-XXXXXX";
  std::vector<char> path(name.begin(), name.end());
  path.push_back('\0');
  const int file = mkostemp(path.data(), O_CLOEXEC);
  if (file >= 0) unlink(path.data());
  return file;
}

}  // namespace

void SpillSpace::clean() const {
  std::error_code ignored;  // what cannot be removed now is tried again at the next start
  for (const auto& entry : std::filesystem::directory_iterator(options_.path, ignored)) {
    if (entry.path().filename().string().starts_with("spill-")) {
      std::filesystem::remove(entry.path(), ignored);
    }
  }
}

Result<SpillFile> SpillSpace::create() {
  if (mkdir(options_.path.c_str(), 0700) != 0 && errno != EEXIST) {
    return failed("create the folder for spilled data", options_.path, errno);
  }
  int file = open(options_.path.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) file = make_and_unname(options_.path);
  if (file < 0) return failed("create a file for spilled data in", options_.path, errno);
  return SpillFile(*this, file);
}

Status SpillSpace::admit(int file) const {
  struct statvfs disk {};
  if (fstatvfs(file, &disk) != 0) return {};  // not to be known here: the write will say
  const std::uint64_t free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  if (free >= options_.min_free_bytes) return {};
  return {ErrorCode::kOutOfDiskSpace,
          "Failed to spill to disk due to insufficient available disk space: spilling keeps " +
              std::to_string(options_.min_free_bytes) + " bytes free, and there are " +
              std::to_string(free)};
}

}  // namespace cairn
