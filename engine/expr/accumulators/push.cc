// $push: an array of all values, in order; missing ones are left out.
#include <vector>
#include "engine/expr/accumulator.h"

namespace cairn::expr {
namespace {

class ArrayOfAll final : public Accumulator {
 public:
  void add(ValueView value) override {
    if (!value.missing()) values_.push_back(Value(value));
    bytes_ += value.size() + sizeof(Value);
  }
  Value result() const override {
    DocumentBuilder array;
    for (const Value& value : values_) array.push(value);
    return array.take_array();
  }
  std::size_t bytes() const override { return bytes_; }

 private:
  std::vector<Value> values_;
  std::size_t bytes_ = 0;
};

std::unique_ptr<Accumulator> make_push() { return std::make_unique<ArrayOfAll>(); }

}  // namespace

extern const AccumulatorRow row_push{"$push", make_push};

}  // namespace cairn::expr
