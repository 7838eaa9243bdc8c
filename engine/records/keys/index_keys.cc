#include "engine/records/keys/index_keys.h"

#include "engine/records/keys/generators.h"

namespace cairn::records {
namespace {

Status generate(const IndexEntry& index, DocumentView document, KeySet& keys) {
  switch (index.kind()) {
    case IndexKind::kOrdered:
      return ordered_keys(index, document, keys);
    case IndexKind::kHashed:
      return hashed_keys(index, document, keys);
    case IndexKind::kWildcard:
      return wildcard_keys(index, document, keys);
    case IndexKind::kText:
      return text_keys(index, document, keys);
    case IndexKind::kVector:
      return vector_keys(index, document, keys);
    case IndexKind::k2dsphere:
      return sphere_keys(index, document, keys);
    case IndexKind::k2d:
      return grid_keys(index, document, keys);
  }
  return {ErrorCode::kInternalError, "an index of no kind: " + index.name()};
}

}  // namespace

Status index_keys(const IndexEntry& index, DocumentView document, KeySet& keys) {
  keys.clear();
  CAIRN_RETURN_IF_ERROR(index.broken());
  if (const match::Matcher* filter = index.filter()) {
    CAIRN_ASSIGN_OR_RETURN(const bool inside, filter->matches(document));
    if (!inside) return Status();
  }
  CAIRN_RETURN_IF_ERROR(generate(index, document, keys));
  keys.seal();
  return Status();
}

}  // namespace cairn::records
