// Random and adversarial values for the tests of the key encoding. The seed is printed by every
// test that draws.
#pragma once

#include "tests/index/key_model.h"

#include <cstdint>
#include <random>
#include <vector>

namespace cairn::key {

using Random = std::mt19937_64;

// CAIRN_TEST_SEED if set, else from the clock; prints it.
std::uint64_t seed_for(const char* test);

// A number of any type where encodings break: near powers of two and ten, around type boundaries,
// decimals next to doubles, subnormals, 34 digits, zeros, infinities, NaNs.
Model random_number(Random& random);

// A value of any type, nested up to `depth`. Small alphabets, so that prefixes and ties are common.
Model random_value(Random& random, int depth);

Direction random_direction(Random& random);

}  // namespace cairn::key
