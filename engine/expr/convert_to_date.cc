// To date.
#include "engine/expr/conversion.h"
#include "engine/expr/date_read.h"

namespace cairn::expr {
namespace {

Result<ValueView> from_text(std::string_view text, Evaluation& evaluation) {
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t milliseconds, read_date(text, std::nullopt));
  return evaluation.date({milliseconds});
}

}  // namespace

Result<ValueView> convert_to_date(ValueView value, const Conversion& conversion,
                                  Evaluation& evaluation) {
  switch (value.type()) {
    case BsonType::kDate:
      return value;
    case BsonType::kInt64:
    case BsonType::kDouble:
    case BsonType::kDecimal128: {
      CAIRN_ASSIGN_OR_RETURN(const std::int64_t milliseconds, truncated_to_int64(value));
      return evaluation.date({milliseconds});
    }
    case BsonType::kObjectId: {
      const std::uint8_t* bytes = value.data();
      const std::uint32_t seconds = std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
                                    std::uint32_t{bytes[2]} << 8 | bytes[3];
      return evaluation.date({static_cast<std::int32_t>(seconds) * kMillisecondsPerSecond});
    }
    case BsonType::kTimestamp:
      return evaluation.date({value.as_timestamp().seconds * kMillisecondsPerSecond});
    case BsonType::kString:
    case BsonType::kSymbol:
      return from_text(value.as_string(), evaluation);
    default:
      return unsupported_conversion(value, conversion);
  }
}

}  // namespace cairn::expr
