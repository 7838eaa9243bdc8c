// Base64 with padding. Source: RFC 4648, section 4.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cairn {

void append_base64(std::span<const std::uint8_t> bytes, std::string& out);

// nullopt for a character outside the alphabet, wrong padding, or bits left over that are not zero.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace cairn
