// $set: the value becomes the argument.
#include "engine/update/path_tree.h"

namespace cairn::update {
namespace {

class Set final : public Modifier {
 public:
  explicit Set(ValueView value) : value_(value) {}
  Result<Effect> apply(ValueView, const Place&, Application&) const override {
    return Effect::set(value_);
  }

 private:
  ValueView value_;
};

Status parse_set(std::string_view path, ValueView argument, PathTree& tree) {
  return tree.add(path, set_value(argument));
}

}  // namespace

ModifierPtr set_value(ValueView value) { return std::make_unique<Set>(value); }

extern const ModifierRow row_set{"$set", parse_set};

}  // namespace cairn::update
