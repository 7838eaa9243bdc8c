// Collection::vector_search.
#pragma once

#include <cairn/collection.h>

namespace cairn::api {

Result<std::vector<ScoredDocument>> vector_search(const Collection& collection,
                                                  std::span<const float> query,
                                                  const VectorSearchOptions& options);

}  // namespace cairn::api
