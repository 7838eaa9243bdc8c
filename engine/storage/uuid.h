// Uuid: what names a store, a collection, or an index build, for ever.
#pragma once

#include <array>
#include <cstdint>

namespace cairn {

using Uuid = std::array<std::uint8_t, 16>;

// Of version 4.
Uuid random_uuid();

}  // namespace cairn
