// $inc: adds the argument to a number; a missing one becomes the argument.
#include "engine/bson/shell_text.h"
#include "engine/expr/arithmetic.h"
#include "engine/update/number_errors.h"
#include "engine/update/path_tree.h"

#include <fmt/format.h>

namespace cairn::update {
namespace {

class Inc final : public Modifier {
 public:
  explicit Inc(ValueView operand) : operand_(operand) {}
  Result<Effect> apply(ValueView current, const Place& place,
                       Application& application) const override {
    if (current.missing()) return Effect::set(operand_);
    if (!current.is_number()) return not_a_number("$inc", current, place, application);
    const auto result = expr::add(current, operand_);
    if (!result) return out_of_range("$inc", current, application);
    // As MongoDB counts: 0 times -0.0 is no change.
    if (result->type() == current.type() && compare(*result, current) == 0) return Effect::keep();
    return Effect::set(*result);
  }

 private:
  ValueView operand_;
};

Status parse_inc(std::string_view path, ValueView argument, PathTree& tree) {
  if (!argument.is_number()) {
    return {ErrorCode::kTypeMismatch,
            fmt::format("Cannot increment with non-numeric argument: {{{}: {}}}", path,
                        to_shell_text(argument))};
  }
  return tree.add(path, std::make_unique<Inc>(argument));
}

}  // namespace

extern const ModifierRow row_inc{"$inc", parse_inc};

}  // namespace cairn::update
