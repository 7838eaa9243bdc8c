// SumState: what `$sum`, `$avg` and `$count` share: a Sum as the state of a group.
#pragma once

#include <cstring>

#include "engine/expr/accumulator.h"
#include "engine/expr/sum.h"

namespace cairn::expr {

// A sum of the numbers of a window; `kGive` makes the result of it.
template <Value (Sum::*kGive)() const>
class WindowSum final : public Removable {
 public:
  Status add(ValueView value) override {
    if (value.is_number()) sum_.add(value);
    return Status();
  }
  Status remove(ValueView value) override {
    if (value.is_number()) sum_.remove(value);
    return Status();
  }
  Result<ValueView> result(Evaluation& evaluation) override {
    return evaluation.copy((sum_.*kGive)());
  }

 private:
  Sum sum_;
};

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
