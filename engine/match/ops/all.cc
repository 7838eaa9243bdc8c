// $all: every element of the argument is at the path; elements may be `{$elemMatch: …}`, then all
// must be.
#include "engine/match/operator.h"

namespace cairn::match {
namespace {

class NothingTest final : public ValueTest {
 public:
  bool test(ValueView, Trace&) const override { return false; }
};

bool is_elem_match(ValueView value) {
  return value.is_document() && !value.as_document().empty() &&
         value.as_document().begin()->name == "$elemMatch";
}

Status parse_element(ValueView value, bool elem_matches, const ParseContext& context,
                     Tests& tests) {
  if (is_elem_match(value) != elem_matches) {
    return {ErrorCode::kBadValue, "$all/$elemMatch has to be consistent"};
  }
  if (elem_matches) return parse_operators(value.as_document(), context, tests);
  if (is_operators(value)) return {ErrorCode::kBadValue, "no $ expressions in $all"};
  if (value.type() != BsonType::kRegex) {
    tests.push_back({comparison_test(Comparison::kEq, value, context.collation)});
    return Status();
  }
  CAIRN_ASSIGN_OR_RETURN(auto test, regex_test(value.as_regex().pattern, value.as_regex().options));
  tests.push_back({std::move(test)});
  return Status();
}

Status parse_all(ValueView argument, const ParseContext& context, Tests& tests) {
  if (!argument.is_array()) return {ErrorCode::kBadValue, "$all needs an array"};
  const DocumentView elements = argument.as_document();
  if (elements.empty()) {
    tests.push_back({std::make_unique<NothingTest>()});
    return Status();
  }
  const bool elem_matches = is_elem_match(elements.begin()->value);
  for (const Element& element : elements) {
    CAIRN_RETURN_IF_ERROR(parse_element(element.value, elem_matches, context, tests));
  }
  return Status();
}

}  // namespace

extern const Operator row_all{"$all", parse_all};

}  // namespace cairn::match
