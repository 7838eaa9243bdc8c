#include "bench/ycsb/distributions.h"

#include <algorithm>
#include <cmath>

namespace cairn::ycsb {
namespace {

constexpr double kTheta = 0.99;
// As many as the reference implementation draws from before it hashes: the same few records stay
// popular while others are inserted.
constexpr std::uint64_t kScatteredItems = 10'000'000'000;

// The sum of 1 / i^theta for i = 1 … n.
double zeta_term_by_term(std::uint64_t n) {
  double sum = 0;
  for (std::uint64_t i = 1; i <= n; ++i) sum += std::pow(static_cast<double>(i), -kTheta);
  return sum;
}

// The same at once, for any n: beyond the first terms by Euler and Maclaurin's formula.
double zeta(std::uint64_t n) {
  constexpr std::uint64_t kExact = 1000;
  if (n <= kExact) return zeta_term_by_term(n);
  static const double exact = zeta_term_by_term(kExact);
  const auto from = static_cast<double>(kExact);
  const auto to = static_cast<double>(n);
  return exact + (std::pow(to, 1 - kTheta) - std::pow(from, 1 - kTheta)) / (1 - kTheta) +
         (std::pow(to, -kTheta) - std::pow(from, -kTheta)) / 2 +
         kTheta * (std::pow(from, -kTheta - 1) - std::pow(to, -kTheta - 1)) / 12;
}

}  // namespace

double draw_unit(Random& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }

std::uint64_t draw_below(Random& random, std::uint64_t bound) {
  return static_cast<std::uint64_t>((static_cast<unsigned __int128>(random()) * bound) >> 64);
}

std::uint64_t fnv_hash(std::uint64_t value) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (int byte = 0; byte < 8; ++byte) {
    hash = (hash ^ (value & 0xFF)) * 0x100000001B3;
    value >>= 8;
  }
  return hash;
}

Zipfian::Zipfian(std::uint64_t items)
    : items_(items),
      zeta_(zeta(items)),
      eta_((1 - std::pow(2 / static_cast<double>(items), 1 - kTheta)) / (1 - zeta(2) / zeta_)) {}

std::uint64_t Zipfian::draw(Random& random) const {
  static const double first_two = zeta(2);
  const double u = draw_unit(random);
  const double at = u * zeta_;
  if (at < 1) return 0;
  if (at < first_two) return std::min<std::uint64_t>(1, items_ - 1);
  const double rank = static_cast<double>(items_) * std::pow(eta_ * u - eta_ + 1, 1 / (1 - kTheta));
  return std::min(static_cast<std::uint64_t>(rank), items_ - 1);
}

RecordChooser::RecordChooser(Distribution distribution, std::uint64_t records,
                             std::uint64_t inserts)
    : distribution_(distribution), expected_(records + 2 * inserts), scattered_(kScatteredItems) {}

std::uint64_t RecordChooser::choose(Random& random, std::uint64_t present) const {
  switch (distribution_) {
    case Distribution::kUniform:
      return draw_below(random, present);
    case Distribution::kLatest:
      return present - 1 - Zipfian(present).draw(random);
    case Distribution::kZipfian:
      break;
  }
  // Ranks are scattered over the records there will be, so that growth moves none; those not there
  // yet are drawn again.
  while (true) {
    const std::uint64_t chosen = fnv_hash(scattered_.draw(random)) % std::max(expected_, present);
    if (chosen < present) return chosen;
  }
}

}  // namespace cairn::ycsb
