// CRC-32C (Castagnoli, reflected, as in RFC 3720), the checksum of OP_MSG.
#pragma once

#include <cstdint>
#include <span>

namespace cairn::wire::mongodb {

std::uint32_t crc32c(std::span<const std::uint8_t> bytes);

}  // namespace cairn::wire::mongodb
