#include "engine/expr/evaluation.h"

#include "engine/bson/size_limit.h"

#include <cairn/interrupt_scope.h>

#include <algorithm>

namespace cairn::expr {
namespace {

constexpr std::size_t kChunkBytes = 4096;
// What grew beyond this is given back, lest one large document pin its size for a whole scan.
constexpr std::size_t kKeptBytes = 64 * 1024;
// What the values of one evaluation may take.
constexpr std::size_t kMaxEvaluationBytes = 512UL * 1024 * 1024;

constexpr std::uint8_t kFalse = 0;
constexpr std::uint8_t kTrue = 1;

}  // namespace

void Evaluation::begin(DocumentView root, const Metadata* metadata) {
  root_ = root;
  metadata_ = metadata;
  release({});
  held_.release();
}

void Evaluation::release(const Mark& mark) {
  for (std::size_t i = mark.buffers; i < buffers_used_; ++i) {
    if (buffers_[i].capacity() > kKeptBytes) std::string().swap(buffers_[i]);
  }
  if (has_large_chunk_) free_large_chunks(mark.used == 0 ? mark.chunk : mark.chunk + 1);
  chunk_ = mark.chunk;
  used_ = mark.used;
  buffers_used_ = mark.buffers;
}

Status Evaluation::look() {
  steps_left_ = kStepsPerLook;
  CAIRN_RETURN_IF_ERROR(InterruptScope::check());
  std::size_t bytes = 0;
  for (const Chunk& chunk : chunks_) bytes += chunk.size;
  for (std::size_t i = 0; i < buffers_used_; ++i) bytes += buffers_[i].size();
  if (bytes > kMaxEvaluationBytes) {
    return {ErrorCode::kExceededMemoryLimit, "the values of an expression used too much memory"};
  }
  return held_.hold(bytes);
}

// Of those from `first` on, which nothing uses.
void Evaluation::free_large_chunks(std::size_t first) {
  const auto is_large = [](const Chunk& chunk) { return chunk.size > kKeptBytes; };
  first = std::min(first, chunks_.size());
  const auto begin = chunks_.begin() + static_cast<std::ptrdiff_t>(first);
  chunks_.erase(std::remove_if(begin, chunks_.end(), is_large), chunks_.end());
  has_large_chunk_ = std::ranges::any_of(chunks_, is_large);
}

std::uint8_t* Evaluation::allocate(std::size_t size) {
  check_built_size(size);
  while (chunk_ < chunks_.size()) {
    if (chunks_[chunk_].size - used_ >= size) {
      std::uint8_t* bytes = chunks_[chunk_].bytes.get() + used_;
      used_ += size;
      return bytes;
    }
    ++chunk_;
    used_ = 0;
  }
  const std::size_t chunk_size = std::max(size, kChunkBytes);
  chunks_.push_back({std::make_unique_for_overwrite<std::uint8_t[]>(chunk_size), chunk_size});
  has_large_chunk_ = has_large_chunk_ || chunk_size > kKeptBytes;
  used_ = size;
  return chunks_.back().bytes.get();
}

ValueView Evaluation::null() { return {BsonType::kNull, &kFalse, 0}; }

ValueView Evaluation::boolean(bool value) { return {BsonType::kBool, value ? &kTrue : &kFalse, 1}; }

ValueView Evaluation::text_of(BsonType type, std::string_view text) {
  const auto length = static_cast<std::uint32_t>(text.size() + 1);
  std::uint8_t* bytes = allocate(sizeof length + text.size() + 1);
  std::memcpy(bytes, &length, sizeof length);
  if (!text.empty()) std::memcpy(bytes + sizeof length, text.data(), text.size());
  bytes[sizeof length + text.size()] = 0;
  return {type, bytes, static_cast<std::uint32_t>(sizeof length + length)};
}

ValueView Evaluation::binary(BinaryView value) {
  const auto length = static_cast<std::uint32_t>(value.bytes.size());
  std::uint8_t* bytes = allocate(5 + value.bytes.size());
  std::memcpy(bytes, &length, sizeof length);
  bytes[4] = value.subtype;
  if (length > 0) std::memcpy(bytes + 5, value.bytes.data(), length);
  return {BsonType::kBinary, bytes, 5 + length};
}

ValueView Evaluation::copy(ValueView value) {
  if (value.size() == 0) {
    return value.missing() ? ValueView() : ValueView(value.type(), &kFalse, 0);
  }
  std::uint8_t* bytes = allocate(value.size());
  std::memcpy(bytes, value.data(), value.size());
  return {value.type(), bytes, value.size()};
}

std::string& Evaluation::buffer() {
  if (buffers_used_ == buffers_.size()) buffers_.emplace_back();
  std::string& buffer = buffers_[buffers_used_++];
  buffer.clear();
  return buffer;
}

}  // namespace cairn::expr
