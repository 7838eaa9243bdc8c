#include "engine/match/membership.h"

#include "engine/bson/canonical_type.h"

#include <algorithm>
#include <string>

namespace cairn::match {
namespace {

class MembershipTest final : public ValueTest {
 public:
  static Result<std::unique_ptr<const ValueTest>> make(DocumentView list,
                                                       const Collation* collation) {
    auto test = std::make_unique<MembershipTest>();
    test->less_.collation = collation;
    for (const Element& element : list) {
      if (is_operators(element.value)) {
        return Status(ErrorCode::kBadValue, "cannot nest $ under $in");
      }
      if (element.value.type() == BsonType::kNull) {
        test->null_ = true;
      } else if (element.value.type() == BsonType::kRegex) {
        const RegexView regex = element.value.as_regex();
        CAIRN_ASSIGN_OR_RETURN(auto compiled, regex_test(regex.pattern, regex.options));
        test->regexes_.push_back(std::move(compiled));
      } else {
        test->values_.push_back(element.value);
      }
    }
    std::sort(test->values_.begin(), test->values_.end(), test->less_);
    return std::unique_ptr<const ValueTest>(std::move(test));
  }

  bool test(ValueView value, Trace& trace) const override {
    if (value.missing() || value.type() == BsonType::kNull) return null_;
    if (std::binary_search(values_.begin(), values_.end(), value, less_)) return true;
    for (const auto& regex : regexes_) {
      if (regex->test(value, trace)) return true;
    }
    return false;
  }

 private:
  struct Less {
    const Collation* collation = nullptr;
    bool operator()(ValueView a, ValueView b) const { return compare(a, b, collation) < 0; }
  };

  Less less_;
  std::vector<ValueView> values_;  // sorted
  std::vector<std::unique_ptr<const ValueTest>> regexes_;
  bool null_ = false;
};

}  // namespace

Result<std::unique_ptr<const ValueTest>> membership_test(std::string_view name, ValueView list,
                                                         const Collation* collation) {
  if (!list.is_array()) return Status(ErrorCode::kBadValue, std::string(name) + " needs an array");
  return MembershipTest::make(list.as_document(), collation);
}

}  // namespace cairn::match
