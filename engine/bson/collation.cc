#include "engine/bson/collation.h"

namespace cairn {

Result<CollationPtr> parse_collation(DocumentView specification) {
  if (specification.empty()) return CollationPtr();
  const ValueView locale = specification["locale"];
  if (locale.is_string() && locale.as_string() == "simple") return CollationPtr();
  return Status(ErrorCode::kNotImplemented,
                "collations other than simple are not supported by Cairn yet");
}

std::weak_ordering compare(ValueView a, ValueView b, const Collation*) { return compare(a, b); }

}  // namespace cairn
