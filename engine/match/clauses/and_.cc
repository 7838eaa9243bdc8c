// $and (`and` is a word of C++, hence the name of the file): every filter of the list matches.
#include "engine/match/operator.h"

namespace cairn::match {
namespace {

Status parse_and(ValueView argument, const ParseContext& context, std::vector<NodePtr>& nodes) {
  ParseContext inner = context.inside();
  inner.conjunctive = context.conjunctive;
  return parse_list("$and", argument, inner, nodes);
}

}  // namespace

extern const Clause clause_and_{"$and", parse_and};

}  // namespace cairn::match
