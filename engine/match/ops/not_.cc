// $not (`not` is a word of C++, hence the name of the file): the operators (or the regular
// expression) of the argument do not all hold.
#include "engine/match/operator.h"

namespace cairn::match {
namespace {

Status parse_not(ValueView argument, const ParseContext& context, Tests& tests) {
  Tests inner;
  if (argument.type() == BsonType::kRegex) {
    CAIRN_RETURN_IF_ERROR(parse_condition(argument, context, inner));
  } else if (!argument.is_document()) {
    return {ErrorCode::kBadValue, "$not needs a regex or a document"};
  } else if (argument.as_document().empty()) {
    return {ErrorCode::kBadValue, "$not cannot be empty"};
  } else {
    const ParseContext deeper = context.inside();
    CAIRN_RETURN_IF_ERROR(parse_operators(argument.as_document(), deeper, inner));
  }
  if (inner.size() == 1) {
    inner.front().negated = !inner.front().negated;
    tests.push_back(std::move(inner.front()));
    return Status();
  }
  tests.push_back({.test = nullptr, .negated = true, .all = std::move(inner)});
  return Status();
}

}  // namespace

extern const Operator row_not_{"$not", parse_not};

}  // namespace cairn::match
