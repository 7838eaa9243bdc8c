// $alwaysFalse: no document matches. The argument is 1.
#include "engine/match/constant.h"

namespace cairn::match {
namespace {

Status parse_always_false(ValueView argument, const ParseContext&, std::vector<NodePtr>& nodes) {
  return parse_constant({"$alwaysFalse", argument}, Constant::kFalse, nodes);
}

}  // namespace

extern const Clause clause_always_false{"$alwaysFalse", parse_always_false};

}  // namespace cairn::match
