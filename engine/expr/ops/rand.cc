// $rand: a number from 0 up to but not 1, another for every document.
#include "engine/expr/expression.h"

#include <random>

namespace cairn::expr {
namespace {

class Rand final : public Expression {
 public:
  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    thread_local std::mt19937_64 generator{std::random_device{}()};
    constexpr double kStep = 0x1.0p-53;  // all the bits that a double below 1 has
    return evaluation.number(static_cast<double>(generator() >> 11) * kStep);
  }
  bool pure() const override { return false; }
};

Result<ExpressionPtr> parse_rand(ValueView argument, const Scope&) {
  if (!argument.is_document() && !argument.is_array()) {
    return Status(location(10065), "invalid parameter: expected an object ($rand)");
  }
  if (!argument.as_document().empty()) {
    return Status(location(3040501), "$rand does not currently accept arguments");
  }
  return ExpressionPtr(std::make_unique<Rand>());
}

}  // namespace

extern const Operator row_rand{.name = "$rand", .parse = parse_rand};

}  // namespace cairn::expr
