// $rank: the place in the order; documents that tie share it, and the next place is left out.
#include "engine/aggregate/ranking.h"

namespace cairn::aggregate {
namespace {

Result<WindowFunctionPtr> parse_rank(const WindowCall& call) {
  return parse_ranking(call, Ranking::kRank);
}

}  // namespace

extern const WindowFunctionRow row_rank{"$rank", parse_rank};

}  // namespace cairn::aggregate
