// Which MongoDB this dialect speaks. Clients decide by these numbers what they may ask for.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace cairn::mongodb {

inline constexpr std::string_view kServerVersion = "8.0.0";
inline constexpr std::array<std::int32_t, 4> kServerVersionArray = {8, 0, 0, 0};
inline constexpr std::string_view kFeatureCompatibilityVersion = "8.0";
inline constexpr std::string_view kStorageEngine = "rocksdb";

}  // namespace cairn::mongodb
