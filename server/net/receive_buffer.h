// The bytes received and not yet consumed, contiguous, in memory that grows with what arrives.
// Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

namespace cairn::net {

class ReceiveBuffer {
 public:
  // What has been received and not consumed. Dead after `room`, `consume`, `release`.
  std::span<const std::uint8_t> filled() const { return {bytes_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }
  std::size_t capacity() const { return capacity_; }

  // Free space behind what is filled, at least a byte of it; grows toward `wanted` bytes in all, at
  // most doubling each time, so that a claimed size costs nothing until the bytes have come.
  std::span<std::uint8_t> room(std::size_t wanted);
  // `count` bytes of the room are filled now.
  void fill(std::size_t count) { end_ += count; }
  // The first `count` bytes are done with.
  void consume(std::size_t count);
  // Gives all memory back. REQUIRES: empty().
  void release();

 private:
  void move_to(std::size_t capacity);

  std::unique_ptr<std::uint8_t[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace cairn::net
