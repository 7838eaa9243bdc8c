// $toObjectId: a value as an ObjectId.
#include "engine/expr/conversion.h"

namespace cairn::expr {
namespace {

Result<ExpressionPtr> parse_to_object_id(ValueView argument, const Scope& scope) {
  constexpr Conversion kConversion{.to = BsonType::kObjectId};
  return parse_short_conversion("$toObjectId", kConversion, argument, scope);
}

}  // namespace

extern const Operator row_to_object_id{.name = "$toObjectId", .parse = parse_to_object_id};

}  // namespace cairn::expr
