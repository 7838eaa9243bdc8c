// RankedState: what `$minN`, `$maxN` and the `$top` family share: the first or last n values in an
// order of keys.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/expr/accumulator.h"
#include "engine/expr/held_value.h"

namespace cairn::expr {

struct RankedValue {
  std::string key;            // compares as bytes
  std::uint64_t arrival = 0;  // the earlier comes first among equals
  std::string value;          // as save_value writes it
};

struct Ranked {
  std::int64_t n = 1;
  std::uint64_t arrived = 0;
  std::size_t bytes = 0;
  std::vector<RankedValue> heap;  // the one that goes first in front
};

// An array of the values.
ValueView ranked_array(const std::vector<const RankedValue*>& values, Evaluation& evaluation);

enum class Keep : bool { kFirst, kLast };

class RankedState : public AccumulatorOf<Ranked> {
 public:
  // `n` may be null: one.
  RankedState(std::string_view name, ExpressionPtr expression, ExpressionPtr n, Keep keep)
      : AccumulatorOf(std::move(expression)), name_(name), n_(std::move(n)), keep_(keep) {}
  Status start(void* state, Evaluation& group) const override;
  Status add(void* state, ValueView value, std::size_t& bytes) const override;
  Result<ValueView> result(const void* state, Evaluation& evaluation) const override;
  Result<RemovablePtr> removable(Evaluation& parameters) const override;
  void save(const void* state, std::string& out) const override;
  Status merge(void* state, std::string_view saved, std::size_t& bytes) const override;

 protected:
  Status put(void* state, std::string_view key, ValueView value, std::size_t& bytes) const;
  // The key and the value of what `argument` gave; false where it does not count.
  virtual bool read(ValueView argument, std::string& key, ValueView& value) const = 0;
  virtual ValueView give(const std::vector<const RankedValue*>& values,
                         Evaluation& evaluation) const = 0;
  // The values in the order of their keys.
  std::vector<const RankedValue*> in_order(const void* state) const;

 private:
  friend class WindowRanked;
  bool goes_first(const RankedValue& a, const RankedValue& b) const;

  std::string_view name_;
  ExpressionPtr n_;
  Keep keep_;
};

}  // namespace cairn::expr
