// $nor: no filter of the list matches.
#include "engine/match/operator.h"

namespace cairn::match {
namespace {

Status parse_nor(ValueView argument, const ParseContext& context, std::vector<NodePtr>& nodes) {
  std::vector<NodePtr> alternatives;
  ParseContext inner = context.inside();
  inner.inside_nor = true;
  CAIRN_RETURN_IF_ERROR(parse_list("$nor", argument, inner, alternatives));
  nodes.push_back(not_of(any_of(std::move(alternatives))));
  return Status();
}

}  // namespace

extern const Clause clause_nor{"$nor", parse_nor};

}  // namespace cairn::match
