// $mul: multiplies a number by the argument; a missing one becomes zero of the argument's type.
#include "engine/bson/shell_text.h"
#include "engine/expr/arithmetic.h"
#include "engine/update/number_errors.h"
#include "engine/update/path_tree.h"

#include <fmt/format.h>

namespace cairn::update {
namespace {

class Mul final : public Modifier {
 public:
  explicit Mul(ValueView operand) : operand_(operand) {}
  Result<Effect> apply(ValueView current, const Place& place,
                       Application& application) const override {
    if (current.missing()) {
      return Effect::set(*expr::multiply(operand_, Value::int32(0)));
    }
    if (!current.is_number()) return not_a_number("$mul", current, place, application);
    const auto result = expr::multiply(current, operand_);
    if (!result) return out_of_range("$mul", current, application);
    // As MongoDB counts: 0 times -0.0 is no change.
    if (result->type() == current.type() && compare(*result, current) == 0) return Effect::keep();
    return Effect::set(*result);
  }

 private:
  ValueView operand_;
};

Status parse_mul(std::string_view path, ValueView argument, PathTree& tree) {
  if (!argument.is_number()) {
    return {ErrorCode::kTypeMismatch,
            fmt::format("Cannot multiply with non-numeric argument: {{{}: {}}}", path,
                        to_shell_text(argument))};
  }
  return tree.add(path, std::make_unique<Mul>(argument));
}

}  // namespace

extern const ModifierRow row_mul{"$mul", parse_mul};

}  // namespace cairn::update
