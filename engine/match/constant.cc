#include "engine/match/constant.h"

#include "engine/match/integer.h"

namespace cairn::match {
namespace {

class ConstantNode final : public Node {
 public:
  explicit ConstantNode(Constant answer) : answer_(answer == Constant::kTrue) {}
  bool matches(DocumentView, Trace&) const override { return answer_; }

 private:
  bool answer_;
};

}  // namespace

Status parse_constant(const Element& argument, Constant answer, std::vector<NodePtr>& nodes) {
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t one, parse_int64(argument));
  if (one != 1) {
    return {ErrorCode::kFailedToParse,
            std::string(argument.name) + " must be an integer value of 1"};
  }
  nodes.push_back(std::make_unique<ConstantNode>(answer));
  return Status();
}

}  // namespace cairn::match
