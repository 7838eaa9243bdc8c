// $unset: the field goes; an element of an array becomes null.
#include "engine/update/path_tree.h"

namespace cairn::update {
namespace {

class Unset final : public Modifier {
 public:
  Result<Effect> apply(ValueView, const Place&, Application&) const override {
    return Effect::remove();
  }
  bool creates(const Application&) const override { return false; }
};

Status parse_unset(std::string_view path, ValueView, PathTree& tree) {
  return tree.add(path, std::make_unique<Unset>());
}

}  // namespace

extern const ModifierRow row_unset{"$unset", parse_unset};

}  // namespace cairn::update
