// $size: an array of exactly that many elements.
#include "engine/match/operator.h"

#include <optional>

namespace cairn::match {
namespace {

class SizeTest final : public ValueTest {
 public:
  explicit SizeTest(std::int64_t size) : size_(size) {}
  bool test(ValueView value, Trace&) const override {
    return value.is_array() && value.as_document().count() == size_;
  }
  LeafArray leaf_array() const override { return LeafArray::kWhole; }

 private:
  std::int64_t size_;
};

Status parse_size(ValueView argument, const ParseContext&, Tests& tests) {
  if (!argument.is_number()) {
    return {ErrorCode::kBadValue,
            "Failed to parse $size. Expected a number in: $size: " + to_json(argument)};
  }
  const std::optional<std::int64_t> size = argument.to_int64_exact();
  if (!size) {
    return {ErrorCode::kBadValue,
            "Failed to parse $size. Expected an integer: $size: " + to_json(argument)};
  }
  if (*size < 0) {
    return {
        ErrorCode::kBadValue,
        "Failed to parse $size. Expected a non-negative number in: $size: " + to_json(argument)};
  }
  tests.push_back({std::make_unique<SizeTest>(*size)});
  return Status();
}

}  // namespace

extern const Operator row_size{"$size", parse_size};

}  // namespace cairn::match
