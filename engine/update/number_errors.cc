#include "engine/update/number_errors.h"

#include "engine/bson/path.h"

#include <fmt/format.h>

namespace cairn::update {

Status not_a_number(std::string_view name, ValueView current, std::string_view path,
                    const Application& application) {
  const FieldPath parsed(path);
  return {ErrorCode::kTypeMismatch,
          fmt::format("Cannot apply {} to a value of non-numeric type. {} has the field '{}' of "
                      "non-numeric type {}",
                      name, application.document_id(), parsed.name(parsed.size() - 1),
                      type_name(current.type()))};
}

Status out_of_range(std::string_view name, ValueView current, const Application& application) {
  const std::string_view type = current.type() == BsonType::kInt64 ? "NumberLong" : "NumberInt";
  return {ErrorCode::kBadValue,
          fmt::format("Failed to apply {} operations to current value (({}){}) for document {}",
                      name, type, current.to_int64_clamped(), application.document_id())};
}

}  // namespace cairn::update
