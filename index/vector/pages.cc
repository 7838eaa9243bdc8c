#include "index/vector/pages.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <new>
#include <string>

namespace cairn::vector {
namespace {

constexpr std::size_t kLargePage = std::size_t{2} << 20;

Status failed(const std::string& what, const std::filesystem::path& path) {
  return {ErrorCode::kInternalError, what + " " + path.string() + ": " + std::strerror(errno)};
}

}  // namespace

Pages::Pages(std::size_t bytes) : bytes_(bytes) {
  if (bytes == 0) return;
  void* at = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) throw std::bad_alloc();
  data_ = static_cast<std::byte*>(at);
  // Only advice: without it everything is as right, and somewhat slower.
  if (bytes >= kLargePage) ::madvise(at, bytes, MADV_HUGEPAGE);
}

Pages::~Pages() {
  if (data_ != nullptr) ::munmap(data_, bytes_);
}

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return failed("cannot open", path);
  struct stat status = {};
  if (::fstat(file, &status) != 0 || status.st_size <= 0) {
    ::close(file);
    return Status(ErrorCode::kInternalError, "the file is empty: " + path.string());
  }
  const auto bytes = static_cast<std::size_t>(status.st_size);
  void* at = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file, 0);
  ::close(file);
  if (at == MAP_FAILED) return failed("cannot map", path);
  return MappedFile(static_cast<const std::byte*>(at), bytes);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), bytes_);
}

namespace {

void advise(std::span<const std::byte> part, int advice) {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(part.data()) & ~(page - 1);
  const auto end = reinterpret_cast<std::uintptr_t>(part.data()) + part.size();
  ::madvise(reinterpret_cast<void*>(begin), end - begin, advice);
}

}  // namespace

void MappedFile::expect_random_reads(std::span<const std::byte> part) { advise(part, MADV_RANDOM); }

// Of a shared mapping of a file: what is read again comes from the file again.
void MappedFile::expect_no_reads(std::span<const std::byte> part) { advise(part, MADV_DONTNEED); }

}  // namespace cairn::vector
