// Sets of values by MongoDB's equality: 1 equals 1.0, documents are equal field by field, strings
// as a collation has it.
#pragma once

#include "engine/bson/collation.h"
#include "engine/expr/evaluation.h"

#include <cairn/bson.h>

#include <cstdint>
#include <span>
#include <vector>

namespace cairn::expr {

// Location<code> unless the value is an array. name: the operator; which: "First" or "Second".
Status need_array_operand(std::string_view name, std::int32_t code, std::string_view which,
                          ValueView value);

// A hash table of views. It takes its memory from the thread's last one, so that a set per document
// allocates nothing in a steady state. Not thread-safe while it changes.
class ViewSet {
 public:
  explicit ViewSet(const Collation* collation);
  ~ViewSet();
  ViewSet(const ViewSet&) = delete;
  ViewSet& operator=(const ViewSet&) = delete;

  // Whether it was not there. The bytes outlive the set.
  bool insert(ValueView value);
  void insert_all(DocumentView array);
  // In steps of the evaluation. Error: that of a step.
  Status insert_all(DocumentView array, Evaluation& evaluation);
  bool contains(ValueView value) const;
  // In the order in which they were inserted first.
  std::span<const ValueView> values() const { return values_; }
  std::size_t size() const { return values_.size(); }

 private:
  static constexpr std::uint32_t kFree = 0;
  struct Slot {
    std::uint32_t place = kFree;  // in values_, plus 1
    std::uint32_t hash = 0;
  };
  friend struct Spare;

  std::size_t find(ValueView value, std::uint32_t hash) const;
  void grow();

  const Collation* collation_;
  std::vector<ValueView> values_;
  std::vector<Slot> slots_;  // a power of two, more than half free
};

}  // namespace cairn::expr
