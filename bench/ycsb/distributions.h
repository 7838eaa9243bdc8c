// Which record an operation asks for: YCSB's request distributions.
//
// Sources: Cooper et al., "Benchmarking Cloud Serving Systems with YCSB", SoCC 2010, section 5.1;
// the zipfian generator is that of Gray et al., "Quickly Generating Billion-Record Synthetic
// Databases", SIGMOD 1994.
#pragma once

#include <cstdint>
#include <random>

namespace cairn::ycsb {

using Random = std::mt19937_64;

// In [0, 1).
double draw_unit(Random& random);
// In [0, bound). REQUIRES: bound > 0.
std::uint64_t draw_below(Random& random, std::uint64_t bound);
// FNV-1a of the number's eight bytes: spreads neighbours over the whole range.
std::uint64_t fnv_hash(std::uint64_t value);

// Ranks 0 … items - 1, rank r with a probability proportional to 1 / (r + 1)^0.99. Making one is
// cheap, whatever its size.
class Zipfian {
 public:
  explicit Zipfian(std::uint64_t items);  // REQUIRES: items > 0
  std::uint64_t draw(Random& random) const;

 private:
  std::uint64_t items_;
  double zeta_;
  double eta_;
};

enum class Distribution : std::uint8_t {
  kUniform,
  kZipfian,  // popular ones are scattered over all records
  kLatest,   // popular ones are those inserted last
};

// Thread-safe: it does not change.
class RecordChooser {
 public:
  // `records` at the start, `inserts` that are still to be expected.
  RecordChooser(Distribution distribution, std::uint64_t records, std::uint64_t inserts);
  // One of the records 0 … present - 1. REQUIRES: present > 0.
  std::uint64_t choose(Random& random, std::uint64_t present) const;

 private:
  Distribution distribution_;
  std::uint64_t expected_;
  Zipfian scattered_;
};

}  // namespace cairn::ycsb
