// $sampleRate: matches by chance.
#include "engine/match/operator.h"

#include <random>

namespace cairn::match {
namespace {

class SampleNode final : public Node {
 public:
  explicit SampleNode(double rate) : rate_(rate) {}
  bool matches(DocumentView, Trace&) const override {
    if (rate_ >= 1) return true;
    thread_local std::mt19937_64 generator{std::random_device{}()};
    return std::uniform_real_distribution<double>(0, 1)(generator) < rate_;
  }

 private:
  double rate_;
};

Status parse_sample_rate(ValueView argument, const ParseContext& context,
                         std::vector<NodePtr>& nodes) {
  if (!context.whole_document) {
    return {ErrorCode::kBadValue, "$sampleRate can only be applied to the top-level document"};
  }
  if (!argument.is_number()) {
    return {ErrorCode::kBadValue, "argument to $sampleRate must be a numeric type"};
  }
  const double rate = argument.to_double();
  if (!(rate >= 0 && rate <= 1)) {
    return {ErrorCode::kBadValue, "numeric argument to $sampleRate must be in [0, 1]"};
  }
  nodes.push_back(std::make_unique<SampleNode>(rate));
  return Status();
}

}  // namespace

extern const Clause clause_sample_rate{"$sampleRate", parse_sample_rate};

}  // namespace cairn::match
