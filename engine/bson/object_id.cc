// ObjectId: 4 bytes seconds, 5 bytes random per process, 3 bytes counter, all big-endian.
// Source: MongoDB's specification "bson-objectid".
//
// Seconds and counter are one atomic number that only rises: the ids of a process are distinct and
// rise in the order in which they were made, also over threads, when the counter wraps and when the
// clock is set back.
#include <atomic>
#include <chrono>
#include <random>

#include <cairn/bson.h>

#include "engine/bson/hex.h"

namespace cairn {
namespace {

constexpr int kCounterBits = 24;

std::uint64_t random_bits(int bits) {
  std::random_device device;
  const std::uint64_t value = (std::uint64_t{device()} << 32) | device();
  return value >> (64 - bits);
}

std::uint64_t seconds_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

std::uint64_t next_seconds_and_counter() {
  static std::atomic<std::uint64_t> last{(seconds_now() << kCounterBits) |
                                         random_bits(kCounterBits)};
  const std::uint64_t now = seconds_now();
  std::uint64_t seen = last.load(std::memory_order_relaxed);
  std::uint64_t next = 0;
  do {
    next = seen + 1;
    if (now > next >> kCounterBits) {
      next = (now << kCounterBits) | (next & ((1U << kCounterBits) - 1));
    }
  } while (!last.compare_exchange_weak(seen, next, std::memory_order_relaxed));
  return next;
}

}  // namespace

ObjectId ObjectId::generate() {
  static const std::uint64_t process = random_bits(40);
  const std::uint64_t rising = next_seconds_and_counter();
  ObjectId id;
  for (int i = 0; i < 4; ++i) id.bytes[i] = static_cast<std::uint8_t>(rising >> (48 - 8 * i));
  for (int i = 0; i < 5; ++i) id.bytes[4 + i] = static_cast<std::uint8_t>(process >> (32 - 8 * i));
  for (int i = 0; i < 3; ++i) id.bytes[9 + i] = static_cast<std::uint8_t>(rising >> (16 - 8 * i));
  return id;
}

Result<ObjectId> ObjectId::from_hex(std::string_view hex) {
  ObjectId id;
  if (hex.size() != 24 || !decode_hex(hex, id.bytes.data())) {
    return {ErrorCode::kBadValue,
            "an ObjectId is 24 hexadecimal digits, got: '" + std::string(hex) + "'"};
  }
  return id;
}

std::string ObjectId::to_hex() const { return encode_hex(bytes); }

}  // namespace cairn
