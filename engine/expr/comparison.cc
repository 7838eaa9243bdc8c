#include "engine/expr/comparison.h"

namespace cairn::expr {
std::weak_ordering compare_operands(Values values, const Collation* collation) {
  const ValueView a = values[0];
  const ValueView b = values[1];
  if (a.type() == b.type()) {
    if (a.type() == BsonType::kInt32) return a.as_int32() <=> b.as_int32();
    if (a.type() == BsonType::kInt64) return a.as_int64() <=> b.as_int64();
    if (a.is_string() && collation == nullptr) return a.as_string().compare(b.as_string()) <=> 0;
  }
  return compare(a, b, collation);
}

}  // namespace cairn::expr
