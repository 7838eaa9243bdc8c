#include "engine/update/modifier.h"

#include "engine/bson/shell_text.h"

#include <fmt/format.h>

namespace cairn::update {

#define CAIRN_ROW(entry) extern const ModifierRow row_##entry;
#include "engine/update/modifiers/table.inc"
#undef CAIRN_ROW

std::string Application::id_text() const {
  const ValueView id = before["_id"];
  return id.missing() ? "no id" : "_id: " + to_shell_text(id);
}

std::string Place::path() const {
  if (parent == nullptr) return std::string(name);
  std::string path = parent->path();
  if (!path.empty()) path += '.';
  path += name;
  return path;
}

Result<const ModifierRow*> find_modifier(std::string_view name) {
#define CAIRN_ROW(entry) \
  if (name == row_##entry.name) return &row_##entry;
#include "engine/update/modifiers/table.inc"
#undef CAIRN_ROW
  return Status(ErrorCode::kFailedToParse,
                fmt::format("Unknown modifier: {}. Expected a valid update modifier or "
                            "pipeline-style update specified as an array",
                            name));
}

}  // namespace cairn::update
