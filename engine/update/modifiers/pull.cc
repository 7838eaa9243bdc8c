// $pull: removes the elements of an array that equal the argument or satisfy it.
#include "engine/match/matcher.h"
#include "engine/match/operator.h"
#include "engine/update/path_tree.h"

namespace cairn::update {
namespace {

constexpr std::string_view kElement = "x";

// How an element is asked.
enum class Asks : std::uint8_t {
  kEqual,      // {a: 1}: whether it equals the argument
  kCondition,  // {a: {$gt: 1}}: as the field of a document is asked, so arrays are expanded
  kFields,     // {a: {b: 1}}: whether it is a document that the filter matches
};

class Pull final : public Modifier {
 public:
  Pull(Asks asks, ValueView equal, match::Matcher matcher, const Collation* collation)
      : asks_(asks), equal_(equal), matcher_(std::move(matcher)), collation_(collation) {}

  Result<Effect> apply(ValueView current, const Place&, Application&) const override {
    if (current.missing()) return Effect::keep();
    if (!current.is_array()) {
      return Status(ErrorCode::kBadValue, "Cannot apply $pull to a non-array value");
    }
    std::string buffer;
    DocumentBuilder left;
    for (const Element& element : current.as_document()) {
      CAIRN_ASSIGN_OR_RETURN(const bool gone, pulled(element.value, buffer));
      if (!gone) left.push(element.value);
    }
    return Effect::set(left.take_array());
  }
  bool creates(const Application&) const override { return false; }
  Reach reach() const override { return Reach::kStrict; }

 private:
  Result<bool> pulled(ValueView element, std::string& buffer) const {
    if (asks_ == Asks::kEqual) return compare(element, equal_, collation_) == 0;
    if (asks_ == Asks::kFields) {
      if (!element.is_document()) return false;
      return matcher_.matches(element.as_document());
    }
    buffer.clear();
    DocumentBuilder wrapped(buffer);
    wrapped.append(kElement, element);
    wrapped.finish();
    return matcher_.matches(DocumentView(reinterpret_cast<const std::uint8_t*>(buffer.data())));
  }

  Asks asks_;
  ValueView equal_;
  match::Matcher matcher_;
  const Collation* collation_;
};

Asks asks(ValueView argument) {
  if (argument.type() == BsonType::kRegex) return Asks::kCondition;
  if (!argument.is_document()) return Asks::kEqual;
  const DocumentView condition = argument.as_document();
  if (condition.empty()) return Asks::kFields;
  const std::string_view first = condition.begin()->name;
  const bool on_element =
      first.starts_with('$') && first != "$not" && match::find_operator(first) != nullptr;
  return on_element ? Asks::kCondition : Asks::kFields;
}

Status parse_pull(std::string_view path, ValueView argument, PathTree& tree) {
  const Asks how = asks(argument);
  const match::MatchOptions options{.collation = tree.collation(), .allowed = match::kOfElements};
  match::Matcher matcher;
  if (how == Asks::kFields) {
    CAIRN_ASSIGN_OR_RETURN(matcher, match::Matcher::parse(argument.as_document(), options));
  } else if (how == Asks::kCondition) {
    CAIRN_ASSIGN_OR_RETURN(matcher, match::Matcher::parse(document(kElement, argument), options));
  }
  return tree.add(
      path, std::make_unique<Pull>(how, argument, std::move(matcher), tree.collation().get()));
}

}  // namespace

extern const ModifierRow row_pull{"$pull", parse_pull};

}  // namespace cairn::update
