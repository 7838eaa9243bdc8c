// $alwaysTrue: every document matches. The argument is 1.
#include "engine/match/constant.h"

namespace cairn::match {
namespace {

Status parse_always_true(ValueView argument, const ParseContext&, std::vector<NodePtr>& nodes) {
  return parse_constant({"$alwaysTrue", argument}, Constant::kTrue, nodes);
}

}  // namespace

extern const Clause clause_always_true{"$alwaysTrue", parse_always_true};

}  // namespace cairn::match
