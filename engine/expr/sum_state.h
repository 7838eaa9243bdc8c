// SumState: what `$sum`, `$avg` and `$count` share: a Sum as the state of a group.
#pragma once

#include <cstring>

#include "engine/expr/accumulator.h"
#include "engine/expr/sum.h"

namespace cairn::expr {

class SumState : public AccumulatorOf<Sum> {
 public:
  using AccumulatorOf<Sum>::AccumulatorOf;
  Status add(void* state, ValueView value, std::size_t&) const override {
    if (value.is_number()) of(state).add(value);
    return Status();
  }
  void save(const void* state, std::string& out) const override {
    out.append(reinterpret_cast<const char*>(state), sizeof(Sum));
  }
  Status merge(void* state, std::string_view saved, std::size_t&) const override {
    Sum other;
    std::memcpy(&other, saved.data(), sizeof other);
    of(state).merge(other);
    return Status();
  }
};

}  // namespace cairn::expr
