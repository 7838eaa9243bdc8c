#include "engine/storage/spill_file.h"

#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/storage/spill_space.h"

namespace cairn {
namespace {

struct BlockHeader {
  std::uint32_t bytes;
  std::uint32_t records;
  std::uint64_t hash;
};
static_assert(sizeof(BlockHeader) == 16);

// How much is written between two looks at how full the disk is.
constexpr std::uint64_t kAdmittedBytes = 16ULL << 20;

Status disk_failed(std::string_view doing, int error) {
  const bool full = error == ENOSPC || error == EDQUOT;
  return {full ? ErrorCode::kOutOfDiskSpace : ErrorCode::kInternalError,
          "could not " + std::string(doing) + " spilled data: " + std::strerror(error)};
}

Status write_all(int file, std::string_view bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t n = pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return disk_failed("write", errno);
    bytes.remove_prefix(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
  return {};
}

Status read_all(int file, char* to, std::size_t size, std::uint64_t offset) {
  while (size > 0) {
    const ssize_t n = pread(file, to, size, static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return disk_failed("read", errno);
    if (n == 0) return disk_failed("read all of", EIO);
    to += n;
    size -= static_cast<std::size_t>(n);
    offset += static_cast<std::uint64_t>(n);
  }
  return {};
}

Status damaged() { return {ErrorCode::kInternalError, "spilled data is damaged"}; }

}  // namespace

SpillFile::SpillFile(SpillFile&& other) noexcept { *this = std::move(other); }

SpillFile& SpillFile::operator=(SpillFile&& other) noexcept {
  if (this == &other) return *this;
  close();
  space_ = other.space_;
  file_ = std::exchange(other.file_, -1);
  end_ = other.end_;
  live_ = std::exchange(other.live_, 0);
  run_ = other.run_;
  block_records_ = other.block_records_;
  block_ = std::move(other.block_);
  return *this;
}

SpillFile::~SpillFile() { close(); }

void SpillFile::close() {
  if (file_ < 0) return;
  ::close(file_);
  file_ = -1;
  space_->bytes_.fetch_sub(live_, std::memory_order_relaxed);
  live_ = 0;
}

Status SpillFile::append(std::initializer_list<std::string_view> pieces) {
  if (run_.bytes == 0 && block_.empty()) run_.offset = end_;
  if (block_.empty()) block_.resize(sizeof(BlockHeader));
  std::uint32_t size = 0;
  for (const std::string_view piece : pieces) size += static_cast<std::uint32_t>(piece.size());
  block_.append(reinterpret_cast<const char*>(&size), sizeof size);
  for (const std::string_view piece : pieces) block_.append(piece);
  ++block_records_;
  return block_.size() >= kBlockBytes ? write_block() : Status();
}

Status SpillFile::write_block() {
  if (end_ / kAdmittedBytes != (end_ + block_.size()) / kAdmittedBytes || end_ == 0) {
    CAIRN_RETURN_IF_ERROR(space_->admit(file_));
  }
  const std::string_view payload = std::string_view(block_).substr(sizeof(BlockHeader));
  const BlockHeader header{static_cast<std::uint32_t>(payload.size()), block_records_,
                           XXH3_64bits(payload.data(), payload.size())};
  std::memcpy(block_.data(), &header, sizeof header);
  CAIRN_RETURN_IF_ERROR(write_all(file_, block_, end_));
  end_ += block_.size();
  live_ += block_.size();
  space_->bytes_.fetch_add(block_.size(), std::memory_order_relaxed);
  space_->written_.fetch_add(block_.size(), std::memory_order_relaxed);
  run_.bytes += block_.size();
  run_.records += block_records_;
  run_.largest_block = std::max(run_.largest_block, header.bytes);
  block_records_ = 0;
  block_.clear();
  return {};
}

Result<SpillRun> SpillFile::finish_run() {
  if (!block_.empty()) CAIRN_RETURN_IF_ERROR(write_block());
  if (block_.capacity() > 4 * kBlockBytes) block_.shrink_to_fit();
  return std::exchange(run_, SpillRun());
}

void SpillFile::discard(const SpillRun& run) {
  live_ -= run.bytes;
  space_->bytes_.fetch_sub(run.bytes, std::memory_order_relaxed);
  // Where the file system cannot make holes, the room comes back with the file's end.
  static_cast<void>(fallocate(file_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                              static_cast<off_t>(run.offset), static_cast<off_t>(run.bytes)));
}

Result<bool> SpillReader::next() {
  if (rest_.empty()) {
    if (at_ == end_) return false;
    CAIRN_RETURN_IF_ERROR(read_block());
  }
  std::uint32_t size = 0;
  if (rest_.size() < sizeof size) return damaged();
  std::memcpy(&size, rest_.data(), sizeof size);
  if (rest_.size() - sizeof size < size) return damaged();
  record_ = rest_.substr(sizeof size, size);
  rest_.remove_prefix(sizeof size + size);
  return true;
}

Status SpillReader::read_block() {
  BlockHeader header{};
  if (end_ - at_ < sizeof header) return damaged();
  CAIRN_RETURN_IF_ERROR(
      read_all(file_->file_, reinterpret_cast<char*>(&header), sizeof header, at_));
  at_ += sizeof header;
  if (header.bytes > end_ - at_) return damaged();
  if (block_.capacity() > 4 * SpillFile::kBlockBytes && header.bytes <= SpillFile::kBlockBytes) {
    block_ = std::string();  // a large record came by
  }
  block_.resize(header.bytes);
  CAIRN_RETURN_IF_ERROR(read_all(file_->file_, block_.data(), block_.size(), at_));
  at_ += header.bytes;
  if (XXH3_64bits(block_.data(), block_.size()) != header.hash) return damaged();
  rest_ = block_;
  return {};
}

}  // namespace cairn
