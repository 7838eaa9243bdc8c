// Arena: bytes that are given back all at once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace cairn::exec {

class Arena {
 public:
  // `size` bytes, aligned to 16, that stay where they are until `clear`.
  char* allocate(std::size_t size) {
    size = (size + 15) & ~std::size_t{15};
    if (size > left_) grow(size);
    char* const at = at_;
    at_ += size;
    left_ -= size;
    return at;
  }
  std::string_view copy(std::string_view bytes) {
    char* const at = allocate(bytes.size());
    if (!bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
    return {at, bytes.size()};
  }
  // Taken from the system.
  std::size_t bytes() const { return bytes_; }
  void clear() {
    blocks_.clear();
    at_ = nullptr;
    left_ = 0;
    bytes_ = 0;
  }

 private:
  static constexpr std::size_t kFirstBlock = 4 << 10;
  static constexpr std::size_t kLastBlock = 1 << 20;

  // Small at first, so that a small query costs little.
  void grow(std::size_t size) {
    const std::size_t usual = std::clamp(bytes_, kFirstBlock, kLastBlock);
    left_ = std::max(size, usual);
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(left_));
    at_ = blocks_.back().get();
    bytes_ += left_;
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* at_ = nullptr;
  std::size_t left_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace cairn::exec
