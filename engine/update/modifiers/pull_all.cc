// $pullAll: removes the elements of an array that equal one of the argument's.
#include "engine/update/path_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace cairn::update {
namespace {

class PullAll final : public Modifier {
 public:
  PullAll(std::vector<ValueView> values, const Collation* collation)
      : values_(std::move(values)), collation_(collation) {}

  Result<Effect> apply(ValueView current, const Place&, Application&) const override {
    if (current.missing()) return Effect::keep();
    if (!current.is_array()) {
      return Status(ErrorCode::kBadValue, "Cannot apply $pull to a non-array value");
    }
    if (!any_pulled(current.as_document())) return Effect::keep();
    DocumentBuilder left;
    for (const Element& element : current.as_document()) {
      if (!pulled(element.value)) left.push(element.value);
    }
    return Effect::set(left.take_array());
  }
  bool creates(const Application&) const override { return false; }
  Reach reach() const override { return Reach::kStrict; }

 private:
  bool pulled(ValueView element) const {
    return std::any_of(values_.begin(), values_.end(),
                       [&](ValueView value) { return compare(value, element, collation_) == 0; });
  }
  bool any_pulled(DocumentView array) const {
    for (const Element& element : array) {
      if (pulled(element.value)) return true;
    }
    return false;
  }

  std::vector<ValueView> values_;
  const Collation* collation_;
};

Status parse_pull_all(std::string_view path, ValueView argument, PathTree& tree) {
  if (!argument.is_array()) {
    return {ErrorCode::kBadValue,
            fmt::format("$pullAll requires an array argument but was given a {}",
                        type_name(argument.type()))};
  }
  std::vector<ValueView> values;
  for (const Element& element : argument.as_document()) values.push_back(element.value);
  return tree.add(path, std::make_unique<PullAll>(std::move(values), tree.collation().get()));
}

}  // namespace

extern const ModifierRow row_pull_all{"$pullAll", parse_pull_all};

}  // namespace cairn::update
