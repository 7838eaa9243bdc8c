#include "engine/storage/uuid.h"

#include <algorithm>
#include <random>

namespace cairn {

Uuid random_uuid() {
  Uuid uuid;
  std::random_device random;
  for (std::size_t i = 0; i < uuid.size(); i += 4) {
    const std::uint32_t word = random();
    std::copy_n(reinterpret_cast<const std::uint8_t*>(&word), 4,
                uuid.begin() + static_cast<std::ptrdiff_t>(i));
  }
  uuid[6] = static_cast<std::uint8_t>((uuid[6] & 0x0F) | 0x40);  // version 4
  uuid[8] = static_cast<std::uint8_t>((uuid[8] & 0x3F) | 0x80);  // variant 1
  return uuid;
}

}  // namespace cairn
