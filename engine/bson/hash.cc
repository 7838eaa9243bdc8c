// XXH3 of the library that is linked.
#include "engine/bson/hash.h"

#include <xxhash.h>

namespace cairn {

std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace cairn
