// DeviationState: what `$stdDevPop` and `$stdDevSamp` share.
#pragma once

#include <cstring>

#include "engine/expr/accumulator.h"
#include "engine/expr/deviation.h"

namespace cairn::expr {

class WindowDeviation final : public Removable {
 public:
  explicit WindowDeviation(std::int64_t less) : less_(less) {}
  Status add(ValueView value) override {
    if (value.is_number()) deviation_.add(value.to_double());
    return Status();
  }
  Status remove(ValueView value) override {
    if (value.is_number()) deviation_.remove(value.to_double());
    return Status();
  }
  // Null, not NaN, where a number is not finite; and of one number the integer 0.
  Result<ValueView> result(Evaluation& evaluation) override {
    const auto deviation = deviation_.standard_deviation(less_);
    if (!deviation || std::isnan(*deviation)) return Evaluation::null();
    return deviation_.count() == 1 ? evaluation.int32(0) : evaluation.number(*deviation);
  }

 private:
  Deviation deviation_;
  std::int64_t less_;
};

class DeviationState : public AccumulatorOf<Deviation> {
 public:
  // `less`: by how much the divisor is less than the count.
  DeviationState(ExpressionPtr expression, std::int64_t less)
      : AccumulatorOf(std::move(expression)), less_(less) {}
  Status add(void* state, ValueView value, std::size_t&) const override {
    if (value.is_number()) of(state).add(value.to_double());
    return Status();
  }
  Result<ValueView> result(const void* state, Evaluation& evaluation) const override {
    const auto deviation = of(state).standard_deviation(less_);
    return deviation ? evaluation.number(*deviation) : Evaluation::null();
  }
  Result<RemovablePtr> removable(Evaluation&) const override {
    return RemovablePtr(std::make_unique<WindowDeviation>(less_));
  }
  void save(const void* state, std::string& out) const override {
    out.append(reinterpret_cast<const char*>(state), sizeof(Deviation));
  }
  Status merge(void* state, std::string_view saved, std::size_t&) const override {
    Deviation other;
    std::memcpy(&other, saved.data(), sizeof other);
    of(state).merge(other);
    return Status();
  }

 private:
  std::int64_t less_;
};

}  // namespace cairn::expr
