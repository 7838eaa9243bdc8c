#include "index/vector/links.h"

namespace cairn::vector {

std::vector<std::uint32_t> upper_places(const std::uint8_t* levels, std::size_t nodes) {
  std::vector<std::uint32_t> places(nodes);
  std::uint32_t at = 0;
  for (std::size_t node = 0; node < nodes; ++node) {
    places[node] = at;
    at += levels[node];
  }
  return places;
}

}  // namespace cairn::vector
