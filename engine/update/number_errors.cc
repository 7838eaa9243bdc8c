#include "engine/update/number_errors.h"

#include <fmt/format.h>

namespace cairn::update {

Status not_a_number(std::string_view name, ValueView current, const Place& place,
                    const Application& application) {
  return {
      ErrorCode::kTypeMismatch,
      fmt::format("Cannot apply {} to a value of non-numeric type. {{{}}} has the field '{}' of "
                  "non-numeric type {}",
                  name, application.id_text(), place.name, type_name(current.type()))};
}

Status out_of_range(std::string_view name, ValueView current, const Application& application) {
  const std::string_view type = current.type() == BsonType::kInt64 ? "NumberLong" : "NumberInt";
  return {ErrorCode::kBadValue,
          fmt::format("Failed to apply {} operations to current value (({}){}) for document {{{}}}",
                      name, type, current.to_int64_clamped(), application.id_text())};
}

}  // namespace cairn::update
