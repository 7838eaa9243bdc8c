// ForgetPlans: what `planCacheClear` does.
#pragma once

#include "engine/api/engine.h"
#include "engine/catalog/namespace.h"

#include <cairn/collection.h>

#include <optional>

namespace cairn::api {

// Nothing where there is no collection. Errors: those of parsing the query.
Status forget_plans(Engine& engine, const Namespace& name, const std::optional<QueryShape>& shape);

}  // namespace cairn::api
