// $pop: removes the last (1) or the first (-1) element of an array.
#include <fmt/format.h>
#include "engine/update/path_tree.h"

#include "engine/bson/shell_text.h"

namespace cairn::update {
namespace {

class Pop final : public Modifier {
 public:
  explicit Pop(bool first) : first_(first) {}
  Result<Effect> apply(ValueView current, const Place& place, Application&) const override {
    if (current.missing()) return Effect::keep();
    if (!current.is_array()) {
      return Status(ErrorCode::kTypeMismatch,
                    fmt::format("Path '{}' contains an element of non-array type '{}'",
                                place.path(), type_name(current.type())));
    }
    const std::uint32_t count = current.as_document().count();
    const std::uint32_t gone = first_ ? 0 : count - 1;
    DocumentBuilder left;
    std::uint32_t index = 0;
    for (const Element& element : current.as_document()) {
      if (index++ != gone) left.push(element.value);
    }
    return Effect::set((left.take_array()));
  }
  bool creates(const Application&) const override { return false; }
  Reach reach() const override { return Reach::kStrict; }

 private:
  bool first_;
};

Status parse_pop(std::string_view path, ValueView argument, PathTree& tree) {
  if (!argument.is_number()) {
    return {ErrorCode::kFailedToParse,
            fmt::format("Expected a number in: {}: {}", path, to_shell_text(argument))};
  }
  const auto end = argument.to_int64_exact();
  if (!end) {
    return {ErrorCode::kFailedToParse,
            fmt::format("Expected an integer: {}: {}", path, to_shell_text(argument))};
  }
  if (*end != 1 && *end != -1) {
    return {ErrorCode::kFailedToParse, fmt::format("$pop expects 1 or -1, found: {}", *end)};
  }
  return tree.add(path, std::make_unique<Pop>(*end == -1));
}

}  // namespace

extern const ModifierRow row_pop{"$pop", parse_pop};

}  // namespace cairn::update
