// $max: the argument, where it is greater than the value or the value is missing.
#include "engine/update/path_tree.h"

namespace cairn::update {
namespace {

class Max final : public Modifier {
 public:
  Max(ValueView operand, const Collation* collation) : operand_(operand), collation_(collation) {}
  Result<Effect> apply(ValueView current, const Place&, Application&) const override {
    if (current.missing() || compare(operand_, current, collation_) > 0)
      return Effect::set(operand_);
    return Effect::keep();
  }

 private:
  ValueView operand_;
  const Collation* collation_;
};

Status parse_max(std::string_view path, ValueView argument, PathTree& tree) {
  return tree.add(path, std::make_unique<Max>(argument, tree.collation().get()));
}

}  // namespace

extern const ModifierRow row_max{"$max", parse_max};

}  // namespace cairn::update
