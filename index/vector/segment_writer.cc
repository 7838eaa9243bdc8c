#include "index/vector/segment_writer.h"

#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace cairn::vector {
namespace {

// A multiple of kRowBlock: what is flushed is whole blocks of rows.
constexpr std::size_t kBuffer = 64 * kRowBlock;

std::uint64_t aligned(std::uint64_t offset) {
  return (offset + kSectionAlignment - 1) / kSectionAlignment * kSectionAlignment;
}

}  // namespace

Result<std::unique_ptr<SegmentWriter>> SegmentWriter::create(const std::filesystem::path& path) {
  std::filesystem::path temporary = path;
  temporary += ".tmp";
  const int file = ::open(temporary.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) {
    return Status(ErrorCode::kInternalError,
                  "cannot create " + temporary.string() + ": " + std::strerror(errno));
  }
  return std::unique_ptr<SegmentWriter>(new SegmentWriter(path, std::move(temporary), file));
}

SegmentWriter::SegmentWriter(std::filesystem::path path, std::filesystem::path temporary, int file)
    : path_(std::move(path)),
      temporary_(std::move(temporary)),
      file_(file),
      hash_(XXH3_createState()) {
  buffer_.reserve(kBuffer);
}

SegmentWriter::~SegmentWriter() {
  XXH3_freeState(hash_);
  ::close(file_);
  ::unlink(temporary_.c_str());  // there is none after `seal`
}

Status SegmentWriter::failed(const std::string& what) const {
  const ErrorCode code = errno == ENOSPC ? ErrorCode::kOutOfDiskSpace : ErrorCode::kInternalError;
  return {code, what + " " + temporary_.string() + ": " + std::strerror(errno)};
}

Status SegmentWriter::put(std::span<const std::byte> bytes, std::uint64_t offset) const {
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return failed("cannot write");
    bytes = bytes.subspan(static_cast<std::size_t>(put));
    offset += static_cast<std::uint64_t>(put);
  }
  return {};
}

Status SegmentWriter::begin(SectionKind kind) {
  end_ = aligned(end_);
  sections_.push_back({.kind = kind, .offset = end_, .bytes = 0, .hash = 0});
  XXH3_64bits_reset(hash_);
  if (kind == SectionKind::kRows) row_hashes_.clear();
  return {};
}

Status SegmentWriter::flush() {
  SectionPlace& section = sections_.back();
  XXH3_64bits_update(hash_, buffer_.data(), buffer_.size());
  if (section.kind == SectionKind::kRows) {
    for (std::size_t at = 0; at < buffer_.size(); at += kRowBlock) {
      row_hashes_.push_back(
          XXH3_64bits(buffer_.data() + at, std::min(kRowBlock, buffer_.size() - at)));
    }
  }
  CAIRN_RETURN_IF_ERROR(put(buffer_, end_));
  end_ += buffer_.size();
  section.bytes += buffer_.size();
  buffer_.clear();
  return {};
}

Status SegmentWriter::append(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const std::size_t n = std::min(bytes.size(), kBuffer - buffer_.size());
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.begin() + std::ptrdiff_t(n));
    bytes = bytes.subspan(n);
    if (buffer_.size() == kBuffer) CAIRN_RETURN_IF_ERROR(flush());
  }
  return {};
}

Status SegmentWriter::end() {
  CAIRN_RETURN_IF_ERROR(flush());
  sections_.back().hash = XXH3_64bits_digest(hash_);
  return {};
}

Status SegmentWriter::drop_from(SectionKind kind) {
  const auto first = std::find_if(sections_.begin(), sections_.end(),
                                  [&](const SectionPlace& place) { return place.kind == kind; });
  if (first == sections_.end()) return {};
  end_ = first->offset;
  sections_.erase(first, sections_.end());
  return ::ftruncate(file_, static_cast<off_t>(end_)) == 0 ? Status() : failed("cannot shorten");
}

Status SegmentWriter::put_header(std::span<const std::byte> header) {
  Prologue prologue = {};
  if (sizeof prologue + header.size() > kSectionAlignment) {
    return {ErrorCode::kInternalError, "a segment's header is too large"};
  }
  // A section may be empty and begin where the file would end.
  end_ = aligned(end_);
  if (::ftruncate(file_, static_cast<off_t>(end_)) != 0) return failed("cannot lengthen");
  std::memcpy(prologue.magic, kSegmentMagic, sizeof prologue.magic);
  prologue.format = kSegmentFormat;
  prologue.header_bytes = static_cast<std::uint32_t>(header.size());
  prologue.file_bytes = end_;
  prologue.header_hash = XXH3_64bits(header.data(), header.size());
  CAIRN_RETURN_IF_ERROR(put(std::as_bytes(std::span(&prologue, 1)), 0));
  return put(header, sizeof prologue);
}

Status SegmentWriter::seal() {
  if (::fsync(file_) != 0) return failed("cannot sync");
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) return failed("cannot rename");
  return sync_folder(path_.has_parent_path() ? path_.parent_path() : std::filesystem::path("."));
}

Status sync_folder(const std::filesystem::path& folder) {
  const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = opened >= 0 && ::fsync(opened) == 0;
  const int error = errno;
  if (opened >= 0) ::close(opened);
  if (synced) return {};
  return {ErrorCode::kInternalError,
          "cannot sync the folder " + folder.string() + ": " + std::strerror(error)};
}

}  // namespace cairn::vector
