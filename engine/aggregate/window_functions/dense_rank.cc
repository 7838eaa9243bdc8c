// $denseRank: the place in the order; documents that tie share it, and no place is left out.
#include "engine/aggregate/ranking.h"

namespace cairn::aggregate {
namespace {

Result<WindowFunctionPtr> parse_dense_rank(const WindowCall& call) {
  return parse_ranking(call, Ranking::kDenseRank);
}

}  // namespace

extern const WindowFunctionRow row_dense_rank{"$denseRank", parse_dense_rank};

}  // namespace cairn::aggregate
