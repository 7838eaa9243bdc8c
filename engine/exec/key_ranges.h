// KeyRanges: the bounds of an index scan as bytes: intervals of whole keys, and, where those are
// not the whole truth, a test that says where the next key can be.
//
// Leading fields that are pinned to values make one interval for each combination of them and of
// the intervals of the field behind; what fields after that allow is tested key by key. Immutable.
#pragma once

#include "engine/plan/plan.h"

#include <string>
#include <string_view>
#include <vector>

namespace cairn::exec {

// [lower, upper), keyspace included; no stored key is equal to either.
struct KeySpan {
  std::string lower;
  std::string upper;
};

class KeyRanges {
 public:
  explicit KeyRanges(const plan::IndexScan& scan);

  // In the order of keys, disjoint.
  const std::vector<KeySpan>& spans() const { return spans_; }
  // Whether keys inside the spans are to be tested.
  bool tests() const { return tested_from_ < fields_.size(); }
  // Whether the key's fields are in bounds. If not, `target` is where to seek in that direction.
  bool holds(std::string_view key, Direction direction, std::string& target) const;

 private:
  struct Part {  // of a field's bounds, in the order of keys
    std::string lower;
    std::string upper;
    bool lower_inclusive = true;
    bool upper_inclusive = true;
  };
  struct Field {
    std::vector<Part> parts;
    bool all = false;
    key::Direction direction = key::Direction::kAscending;
  };

  void add_field(const plan::Intervals& bounds, key::Direction direction);
  void make_spans(Keyspace keyspace);
  void append_low(std::size_t field, std::string& target) const;
  void append_high(std::size_t field, std::string& target) const;
  bool forward(std::size_t field, std::string_view component, std::string_view before,
               std::string& target) const;
  bool backward(std::size_t field, std::string_view component, std::string_view before,
                std::string& target) const;

  std::vector<Field> fields_;
  std::vector<KeySpan> spans_;
  std::size_t tested_from_ = 0;  // fields before this one are settled by the spans
};

// The directions of a key's components.
std::vector<key::Direction> component_directions(const IndexEntry& index);
// Where each component of a key ends, from behind the keyspace; false: the key is corrupt.
bool component_ends(std::string_view components, std::span<const key::Direction> directions,
                    std::vector<std::size_t>& ends);

}  // namespace cairn::exec
