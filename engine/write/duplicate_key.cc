#include "engine/write/duplicate_key.h"

#include "engine/bson/shell_text.h"

#include <fmt/format.h>

namespace cairn::write {

Status duplicate_key(std::string_view full_name, std::string_view index, DocumentView key_pattern,
                     DocumentView key_value) {
  DocumentBuilder details;
  details.append("keyPattern", key_pattern).append("keyValue", key_value);
  return {ErrorCode::kDuplicateKey,
          fmt::format("E11000 duplicate key error collection: {} index: {} dup key: {{ {} }}",
                      full_name, index, to_shell_fields(key_value)),
          details.take().bytes()};
}

}  // namespace cairn::write
