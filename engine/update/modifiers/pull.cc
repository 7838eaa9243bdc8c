// $pull: removes the elements of an array that satisfy a condition.
#include "engine/match/matcher.h"
#include "engine/update/path_tree.h"

namespace cairn::update {
namespace {

// `{$pull: {a: {b: 1}}}` is a filter over elements that are documents; anything else a condition on
// the element.
class Pull final : public Modifier {
 public:
  Pull(match::Matcher matcher, bool of_documents)
      : matcher_(std::move(matcher)), of_documents_(of_documents) {}

  Result<Effect> apply(ValueView current, std::string_view,
                       Application& application) const override {
    if (current.missing()) return Effect::keep();
    if (!current.is_array()) {
      return Status(ErrorCode::kBadValue, "Cannot apply $pull to a non-array value");
    }
    DocumentBuilder left;
    for (const Element& element : current.as_document()) {
      CAIRN_ASSIGN_OR_RETURN(const bool gone, pulled(element.value));
      if (!gone) left.push(element.value);
    }
    return Effect::set(application.keep(left.take_array()));
  }
  bool creates(const Application&) const override { return false; }
  Reach reach() const override { return Reach::kStrict; }

 private:
  Result<bool> pulled(ValueView element) const {
    if (!of_documents_) return matcher_.matches_value(element);
    if (!element.is_document()) return false;
    return matcher_.matches(element.as_document());
  }

  match::Matcher matcher_;
  bool of_documents_;
};

bool is_filter(ValueView argument) {
  if (!argument.is_document()) return false;
  const DocumentView condition = argument.as_document();
  if (condition.empty()) return true;
  const std::string_view first = condition.begin()->name;
  return !first.starts_with('$') || first == "$and" || first == "$or" || first == "$nor";
}

Status parse_pull(std::string_view path, ValueView argument, PathTree& tree) {
  const bool of_documents = is_filter(argument);
  CAIRN_ASSIGN_OR_RETURN(match::Matcher matcher, of_documents
                                                     ? match::Matcher::parse(argument.as_document())
                                                     : match::Matcher::parse_condition(argument));
  return tree.add(path, std::make_unique<Pull>(std::move(matcher), of_documents));
}

}  // namespace

extern const ModifierRow row_pull{"$pull", parse_pull};

}  // namespace cairn::update
