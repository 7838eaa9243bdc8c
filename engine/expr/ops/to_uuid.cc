// $toUUID: a string as a UUID.
#include "engine/expr/conversion.h"

namespace cairn::expr {
namespace {

Result<ExpressionPtr> parse_to_uuid(ValueView argument, const Scope& scope) {
  constexpr Conversion kConversion{
      .to = BsonType::kBinary, .subtype = 4, .format = BinaryFormat::kUuid};
  return parse_short_conversion("$toUUID", kConversion, argument, scope);
}

}  // namespace

extern const Operator row_to_uuid{.name = "$toUUID", .parse = parse_to_uuid};

}  // namespace cairn::expr
