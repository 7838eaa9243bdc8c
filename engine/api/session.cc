#include <cairn/session.h>

#include <random>

namespace cairn {

// A version 4 UUID. Source: RFC 9562, section 5.4.
Session::Session() {
  std::random_device random;
  for (std::uint8_t& byte : id_.uuid) byte = static_cast<std::uint8_t>(random());
  id_.uuid[6] = static_cast<std::uint8_t>((id_.uuid[6] & 0x0F) | 0x40);
  id_.uuid[8] = static_cast<std::uint8_t>((id_.uuid[8] & 0x3F) | 0x80);
}

}  // namespace cairn
