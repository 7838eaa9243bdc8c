#include "engine/exec/vector_figures.h"

#include "engine/exec/vector_index.h"

namespace cairn::exec {

void append_vector_figures(Storage& storage, Catalog& catalog, const CollectionEntry& collection,
                           const IndexEntry& index, DocumentBuilder& out) {
  const auto memory = VectorIndex::of(storage, catalog, collection, index);
  if (memory == nullptr) return;
  const VectorIndex::Figures figures = memory->figures();
  out.begin_document("memory")
      .append("bytes", static_cast<std::int64_t>(figures.bytes))
      .append("vectors", static_cast<std::int64_t>(figures.vectors))
      .append("segments", static_cast<std::int32_t>(figures.segments))
      .append("filled", figures.filled)
      .end();
}

}  // namespace cairn::exec
