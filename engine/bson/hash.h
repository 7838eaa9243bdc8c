// XXH3, the 64-bit hash for checksums on disk and for tables in memory.
#pragma once

#include <cstdint>
#include <string_view>

namespace cairn {

// The same bytes give the same hash on every machine and in every version: it may be stored.
std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t seed = 0);

}  // namespace cairn
