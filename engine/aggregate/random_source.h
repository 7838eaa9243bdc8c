// The generator of random numbers that stages draw by, seeded anew for each.
#pragma once

#include <random>

namespace cairn::aggregate {

inline std::mt19937_64 seeded_generator() {
  std::random_device device;
  std::seed_seq seed{device(), device(), device(), device()};
  return std::mt19937_64(seed);
}

}  // namespace cairn::aggregate
