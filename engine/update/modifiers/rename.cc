// $rename: the value of one field moves to another; both paths go through documents only.
#include "engine/bson/path.h"
#include "engine/update/path_tree.h"

#include <fmt/format.h>

namespace cairn::update {
namespace {

// At the target: what the source holds.
class MoveHere final : public Modifier {
 public:
  explicit MoveHere(std::string_view source) : source_(source) {}
  Result<Effect> apply(ValueView, std::string_view, Application& application) const override {
    const ValueView moved = find_path(application.before, source_);
    return moved.missing() ? Effect::keep() : Effect::set(moved);
  }
  bool creates(const Application& application) const override {
    return !find_path(application.before, source_).missing();
  }

 private:
  FieldPath source_;
};

// At the source: nothing is left.
class MoveAway final : public Modifier {
 public:
  Result<Effect> apply(ValueView, std::string_view, Application&) const override {
    return Effect::remove();
  }
  bool creates(const Application&) const override { return false; }
  Reach reach() const override { return Reach::kNoArrays; }
};

Status parse_rename(std::string_view path, ValueView argument, PathTree& tree) {
  if (!argument.is_string()) {
    return {ErrorCode::kBadValue, fmt::format("The 'to' field for $rename must be a string: {}: {}",
                                              path, to_json(argument))};
  }
  const std::string_view target = argument.as_string();
  if (target == path) {
    return {ErrorCode::kBadValue,
            fmt::format("The source and target field for $rename must differ: {}: \"{}\"", path,
                        target)};
  }
  const FieldPath from(path);
  const FieldPath to(target);
  if (from.is_prefix_of(to) || to.is_prefix_of(from)) {
    return {ErrorCode::kBadValue,
            fmt::format("The source and target field for $rename must not be on the same path: "
                        "{}: \"{}\"",
                        path, target)};
  }
  CAIRN_RETURN_IF_ERROR(tree.add(path, std::make_unique<MoveAway>()));
  return tree.add(target, std::make_unique<MoveHere>(path));
}

}  // namespace

extern const ModifierRow row_rename{"$rename", parse_rename};

}  // namespace cairn::update
