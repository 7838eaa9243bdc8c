#include "engine/api/indexes/storage_engine.h"

#include "engine/api/indexes/refusals.h"

#include <fmt/format.h>

namespace cairn::api {

Status check_storage_engine(ValueView options) {
  if (options.missing()) return Status();
  if (!options.is_document()) {
    return cannot_create("\"storageEngine\" options must be a document if present");
  }
  if (options.as_document().empty()) {
    return cannot_create(
        "Empty \"storageEngine\" options are invalid. Please remove the field or include valid "
        "options.");
  }
  for (const Element& engine : options.as_document()) {
    if (!engine.value.is_document()) {
      return {ErrorCode::kBadValue,
              fmt::format("'storageEngine.{}' has to be an embedded document.", engine.name)};
    }
    if (engine.name == "wiredTiger") continue;
    return invalid_options(
        fmt::format("{} is not a registered storage engine for this server", engine.name));
  }
  return Status();
}

}  // namespace cairn::api
