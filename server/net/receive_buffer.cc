#include "server/net/receive_buffer.h"

#include "server/net/limits.h"

#include <algorithm>
#include <cstring>

namespace cairn::net {

std::span<std::uint8_t> ReceiveBuffer::room(std::size_t wanted) {
  const std::size_t filled = end_ - begin_;
  // A size that is not known yet may be anything: double.
  const std::size_t needed = wanted > filled ? wanted : 2 * filled;
  if (begin_ + needed > capacity_) {
    if (needed <= capacity_) {
      move_to(capacity_);
    } else if (end_ == capacity_ || begin_ > 0) {
      move_to(std::max(kFirstReadBytes, std::min(needed, 2 * capacity_)));
    }
  }
  return {bytes_.get() + end_, capacity_ - end_};
}

void ReceiveBuffer::consume(std::size_t count) {
  begin_ += count;
  if (begin_ == end_) begin_ = end_ = 0;
}

void ReceiveBuffer::release() {
  bytes_.reset();
  capacity_ = begin_ = end_ = 0;
}

void ReceiveBuffer::move_to(std::size_t capacity) {
  const std::size_t filled = end_ - begin_;
  if (capacity == capacity_) {
    std::memmove(bytes_.get(), bytes_.get() + begin_, filled);
  } else {
    auto larger = std::make_unique_for_overwrite<std::uint8_t[]>(capacity);
    if (filled > 0) std::memcpy(larger.get(), bytes_.get() + begin_, filled);
    bytes_ = std::move(larger);
    capacity_ = capacity;
  }
  begin_ = 0;
  end_ = filled;
}

}  // namespace cairn::net
