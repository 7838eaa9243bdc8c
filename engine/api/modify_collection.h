// ModifyCollection: `collMod`, which changes the options of a collection or the definition of a
// view. Source: MongoDB's manual, "collMod".
#pragma once

#include "engine/api/engine.h"
#include "engine/catalog/namespace.h"

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn::api {

// `changes`: the command's arguments but for its name. Errors: NamespaceNotFound, InvalidOptions
// (an option that this kind of collection does not have), IndexNotFound, what checking the option
// gives.
// Gives what of an index has changed: {hidden_old, hidden_new, …}.
Result<Document> modify_collection(Engine& engine, const Namespace& name, DocumentView changes);

}  // namespace cairn::api
