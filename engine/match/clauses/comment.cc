// $comment: asks nothing; a note for whoever reads logs.
#include "engine/match/operator.h"

namespace cairn::match {
namespace {

Status parse_comment(ValueView, const ParseContext&, std::vector<NodePtr>&) { return Status(); }

}  // namespace

extern const Clause clause_comment{"$comment", parse_comment};

}  // namespace cairn::match
