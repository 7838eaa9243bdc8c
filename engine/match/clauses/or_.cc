// $or (`or` is a word of C++, hence the name of the file): some filter of the list matches.
#include "engine/match/operator.h"

namespace cairn::match {
namespace {

Status parse_or(ValueView argument, const ParseContext& context, std::vector<NodePtr>& nodes) {
  ParseContext inner = context.inside();
  const bool single = argument.is_array() && argument.as_document().count() == 1;
  inner.conjunctive = single && context.conjunctive;
  std::vector<NodePtr> alternatives;
  CAIRN_RETURN_IF_ERROR(parse_list("$or", argument, inner, alternatives));
  nodes.push_back(any_of(std::move(alternatives)));
  return Status();
}

}  // namespace

extern const Clause clause_or_{"$or", parse_or};

}  // namespace cairn::match
