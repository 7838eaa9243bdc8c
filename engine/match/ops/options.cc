// $options: the flags of the `$regex` beside it, which reads them.
#include "engine/match/operator.h"

namespace cairn::match {
namespace {

Status parse_options(ValueView, const ParseContext& context, Tests&) {
  if (context.siblings["$regex"].missing()) {
    return {ErrorCode::kBadValue, "$options needs a $regex"};
  }
  return Status();
}

}  // namespace

extern const Operator row_options{"$options", parse_options};

}  // namespace cairn::match
