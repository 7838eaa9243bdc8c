// $addToSet: appends the values that an array does not hold yet.
#include "engine/bson/shell_text.h"
#include "engine/update/path_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace cairn::update {
namespace {

class AddToSet final : public Modifier {
 public:
  AddToSet(std::vector<ValueView> values, const Collation* collation)
      : values_(std::move(values)), collation_(collation) {}

  Result<Effect> apply(ValueView current, const Place& place, Application&) const override {
    if (!current.missing() && !current.is_array()) {
      return Status(ErrorCode::kBadValue,
                    fmt::format("Cannot apply $addToSet to non-array field. Field named '{}' has "
                                "non-array type {}",
                                place.name, type_name(current.type())));
    }
    DocumentBuilder set;
    std::vector<ValueView> held;
    if (current.is_array()) {
      for (const Element& element : current.as_document()) {
        held.push_back(element.value);
        set.push(element.value);
      }
    }
    const std::size_t before = held.size();
    for (const ValueView value : values_) {
      if (contains(held, value)) continue;
      held.push_back(value);
      set.push(value);
    }
    if (!current.missing() && held.size() == before) return Effect::keep();
    return Effect::set((set.take_array()));
  }

 private:
  bool contains(const std::vector<ValueView>& held, ValueView value) const {
    return std::any_of(held.begin(), held.end(),
                       [&](ValueView other) { return compare(other, value, collation_) == 0; });
  }

  std::vector<ValueView> values_;
  const Collation* collation_;
};

Status parse_add_to_set(std::string_view path, ValueView argument, PathTree& tree) {
  if (!argument.is_document() || argument.as_document().empty() ||
      argument.as_document().begin()->name != "$each") {
    return tree.add(path,
                    std::make_unique<AddToSet>(std::vector{argument}, tree.collation().get()));
  }
  const DocumentView options = argument.as_document();
  const ValueView each = options["$each"];
  if (!each.is_array()) {
    return {ErrorCode::kTypeMismatch,
            fmt::format("The argument to $each in $addToSet must be an array but it was of type {}",
                        type_name(each.type()))};
  }
  if (options.count() > 1) {
    return {ErrorCode::kBadValue,
            "Found unexpected fields after $each in $addToSet: " + to_shell_text(options)};
  }
  std::vector<ValueView> values;
  for (const Element& element : each.as_document()) values.push_back(element.value);
  return tree.add(path, std::make_unique<AddToSet>(std::move(values), tree.collation().get()));
}

}  // namespace

extern const ModifierRow row_add_to_set{"$addToSet", parse_add_to_set};

}  // namespace cairn::update
