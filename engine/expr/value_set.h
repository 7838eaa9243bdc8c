// ValueSet: distinct values in the order in which they came.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <cairn/bson.h>

#include "engine/bson/collation.h"
#include "engine/expr/evaluation.h"

namespace cairn::expr {

class ValueSet {
 public:
  // False where an equal value is in already. A missing value is not added.
  bool insert(ValueView value, const Collation* collation);
  std::uint32_t size() const { return static_cast<std::uint32_t>(values_.size()); }
  // On the heap.
  std::size_t bytes() const {
    return bytes_.capacity() + values_.capacity() * sizeof(Place) +
           slots_.capacity() * sizeof(std::uint32_t);
  }
  ValueView at(std::size_t i) const;
  void write(std::string& out) const;  // as an array
  ValueView array(Evaluation& evaluation) const;

 private:
  struct Place {
    std::uint64_t hash;
    std::size_t offset;
    std::uint32_t size;
    BsonType type;
  };
  static constexpr std::size_t kWithoutSlots = 8;

  bool holds(std::uint64_t hash, ValueView value, const Collation* collation) const;
  void put_in_slots();

  std::string bytes_;
  std::vector<Place> values_;
  std::vector<std::uint32_t>
      slots_;  // of values_, from 1; a power of two of them, or none while there are few
};

}  // namespace cairn::expr
