// Ranking: what `$rank`, `$denseRank` and `$documentNumber` share: numbers along the order of a
// partition.
#pragma once

#include "engine/aggregate/window_function.h"

namespace cairn::aggregate {

enum class Ranking : std::uint8_t { kRank, kDenseRank, kDocumentNumber };

// Errors: 5371601 (with a window), 5371602 (not sorted by one field), 5371603 (with an argument).
Result<WindowFunctionPtr> parse_ranking(const WindowCall& call, Ranking ranking);

}  // namespace cairn::aggregate
