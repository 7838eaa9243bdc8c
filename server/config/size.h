// Sizes as people write them.
#pragma once

#include <cairn/status.h>

#include <cstdint>
#include <string_view>

namespace cairn::server {

// "512MB" (powers of 1000), "2GiB" or "2G" (powers of 1024), "1048576" or "1048576B" (bytes).
// Capitals do not matter; a fraction ("1.5GiB") is allowed.
Result<std::uint64_t> parse_size(std::string_view text);

}  // namespace cairn::server
