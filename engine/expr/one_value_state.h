// OneValueState: what `$first`, `$last`, `$min` and `$max` share: one of the values as the state of
// a group.
#pragma once

#include "engine/expr/accumulator.h"
#include "engine/expr/held_value.h"

namespace cairn::expr {

class OneValueState : public AccumulatorOf<HeldValue> {
 public:
  using AccumulatorOf<HeldValue>::AccumulatorOf;
  Result<ValueView> result(const void* state, Evaluation&) const override {
    const ValueView value = of(state).view();
    return value.missing() ? Evaluation::null() : value;
  }
  void save(const void* state, std::string& out) const override {
    save_value(of(state).view(), out);
  }
  Status merge(void* state, std::string_view saved, std::size_t& bytes) const override {
    const ValueView value = saved_value(saved);
    return value.missing() ? Status() : add(state, value, bytes);
  }

 protected:
  static void assign(void* state, ValueView value, std::size_t& bytes) {
    HeldValue& held = of(state);
    const std::size_t before = held.bytes();
    held.assign(value);
    bytes += held.bytes() - before;
  }
};

// As `compare`, quickly where both are numbers of one type.
inline std::weak_ordering compare_fast(ValueView a, ValueView b, const Collation* collation) {
  if (a.type() == b.type()) {
    if (a.type() == BsonType::kInt32) return a.as_int32() <=> b.as_int32();
    if (a.type() == BsonType::kInt64) return a.as_int64() <=> b.as_int64();
  }
  return compare(a, b, collation);
}

}  // namespace cairn::expr
