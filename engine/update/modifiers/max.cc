// $max: the argument, where it is greater than the value or the value is missing.
#include "engine/update/path_tree.h"

namespace cairn::update {
namespace {

class Max final : public Modifier {
 public:
  explicit Max(ValueView operand) : operand_(operand) {}
  Result<Effect> apply(ValueView current, std::string_view, Application&) const override {
    if (current.missing() || compare(operand_, current) > 0) return Effect::set(operand_);
    return Effect::keep();
  }

 private:
  ValueView operand_;
};

Status parse_max(std::string_view path, ValueView argument, PathTree& tree) {
  return tree.add(path, std::make_unique<Max>(argument));
}

}  // namespace

extern const ModifierRow row_max{"$max", parse_max};

}  // namespace cairn::update
