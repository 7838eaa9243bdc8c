#include "engine/update/modifier.h"

#include <fmt/format.h>

namespace cairn::update {

#define CAIRN_ROW(entry) extern const ModifierRow row_##entry;
#include "engine/update/modifiers/table.inc"
#undef CAIRN_ROW

std::string Application::document_id() const {
  return fmt::format("{{_id: {}}}", to_json(before["_id"]));
}

ValueView Application::keep(const Value& value) {
  const ValueView view = value.view();
  made.emplace_back(reinterpret_cast<const char*>(view.data()), view.size());
  return {view.type(), reinterpret_cast<const std::uint8_t*>(made.back().data()), view.size()};
}

Result<const ModifierRow*> find_modifier(std::string_view name) {
#define CAIRN_ROW(entry) \
  if (name == row_##entry.name) return &row_##entry;
#include "engine/update/modifiers/table.inc"
#undef CAIRN_ROW
  if (name == "$bit" || name == "$pullAll") {
    return Status(ErrorCode::kNotImplemented,
                  fmt::format("update operator {} is not supported by Cairn yet", name));
  }
  return Status(ErrorCode::kFailedToParse,
                fmt::format("Unknown modifier: {}. Expected a valid update modifier or "
                            "pipeline-style update specified as an array",
                            name));
}

}  // namespace cairn::update
