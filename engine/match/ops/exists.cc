// $exists: whether there is a value at the path, null included.
#include "engine/match/operator.h"

namespace cairn::match {
namespace {

class ExistsTest final : public ValueTest {
 public:
  bool test(ValueView value, Trace&) const override { return !value.missing(); }
  LeafArray leaf_array() const override { return LeafArray::kWhole; }
};

Status parse_exists(ValueView argument, const ParseContext&, Tests& tests) {
  tests.push_back({std::make_unique<ExistsTest>(), !argument.truthy()});
  return Status();
}

}  // namespace

extern const Operator row_exists{"$exists", parse_exists};

}  // namespace cairn::match
