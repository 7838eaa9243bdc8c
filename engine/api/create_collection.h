// CreateCollection: `create` with all its options; making what is there already the same way does
// nothing.
#pragma once

#include "engine/api/engine.h"
#include "engine/catalog/namespace.h"

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn::api {

// Errors: those of the options (create_options.h), of views (engine/catalog/view.h),
// NamespaceExists (48) where a collection of that name has other options.
Status create_collection(Engine& engine, write::Context& context, const Namespace& name,
                         DocumentView options);

// A view's pipeline, as `create` and collMod take it. Error: what parsing it gives.
Status check_view_pipeline(Engine& engine, const Namespace& name, DocumentView options);

}  // namespace cairn::api
