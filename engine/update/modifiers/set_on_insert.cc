// $setOnInsert: the value becomes the argument in a document that an upsert makes.
#include "engine/update/path_tree.h"

namespace cairn::update {
namespace {

class SetOnInsert final : public Modifier {
 public:
  explicit SetOnInsert(ValueView value) : value_(value) {}
  Result<Effect> apply(ValueView, const Place&, Application& application) const override {
    return application.inserting ? Effect::set(value_) : Effect::keep();
  }
  bool creates(const Application& application) const override { return application.inserting; }

 private:
  ValueView value_;
};

Status parse_set_on_insert(std::string_view path, ValueView argument, PathTree& tree) {
  return tree.add(path, std::make_unique<SetOnInsert>(argument));
}

}  // namespace

extern const ModifierRow row_set_on_insert{"$setOnInsert", parse_set_on_insert};

}  // namespace cairn::update
