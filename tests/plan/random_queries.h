// Random documents, filters, sorts and indexes, as Extended JSON: small domains, so that they meet.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace cairn {

class RandomQueries {
 public:
  explicit RandomQueries(std::uint32_t seed) : random_(seed) {}

  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }
  // From now on documents without arrays, so that bounds are narrow and keys say everything.
  void without_arrays() { arrays_ = false; }
  bool chance(std::uint32_t percent) { return below(100) < percent; }

  std::string document(int id);
  std::string filter();
  std::string sort();
  // A filter by one field and a sort by the same.
  std::pair<std::string, std::string> sorted_range();
  std::string projection();
  // A createIndexes specification.
  std::string index(int number);

 private:
  std::string scalar();
  std::string value(int depth);
  std::string fields(int depth);
  std::string path();
  std::string operators(int depth);
  std::string condition(int depth);
  std::string comparison();
  std::string expression(int depth);
  std::string clause(int depth);
  std::string conjunction(int depth);
  std::string list(int depth);
  std::string regex();

  std::mt19937 random_;
  bool arrays_ = true;
};

}  // namespace cairn
