// Random places and questions about them, as Extended JSON: close together, so that they meet, and
// often where arithmetic is at its worst: poles, the antimeridian, borders of cells.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace cairn {

class RandomPlaces {
 public:
  explicit RandomPlaces(std::uint32_t seed);

  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }
  bool chance(std::uint32_t percent) { return below(100) < percent; }

  // Fields `p`, `q` (any place), `f` (pairs), `a` (an array of documents with a place `g`), `k`.
  std::string document(int id);
  // A createIndexes specification.
  std::string index(int number);
  // With `$geoWithin` and `$geoIntersects`, and conditions on `k` beside.
  std::string filter();
  // With a `$near` that some index of `specs` can answer; empty: none can.
  std::string near(const std::vector<std::string>& specs);

 private:
  struct Pair {
    double x;
    double y;
  };
  double real(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random_);
  }
  double size();  // degrees
  Pair pair();
  Pair around(Pair center, double far);
  static std::string text(Pair pair);
  static std::string point(Pair pair);
  std::string ring(Pair center, double far);
  std::string geometry();
  std::string place();
  std::string pairs();
  std::string region();
  std::string flat_region();
  std::string condition();
  std::string bounds(const char* separator, double unit);

  std::mt19937 random_;
  std::vector<Pair> spots_;
  double spread_;
};

}  // namespace cairn
