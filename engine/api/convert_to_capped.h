// ConvertToCapped: copies of collections with a limit on their size.
#pragma once

#include "engine/api/engine.h"
#include "engine/catalog/namespace.h"

#include <cairn/operation.h>
#include <cairn/status.h>

#include <cstdint>

namespace cairn::api {

// The newest documents of `from` that fit, in a new capped collection. Errors: NamespaceNotFound,
// NamespaceExists.
Status clone_as_capped(Engine& engine, const Namespace& from, const Namespace& to,
                       std::int64_t bytes, const Interrupt* interrupt);
// The same under its own name.
Status convert_to_capped(Engine& engine, const Namespace& name, std::int64_t bytes,
                         const Interrupt* interrupt);

}  // namespace cairn::api
