// CreateOptions: `create`'s options, checked and brought into the form in which the catalog keeps
// them.
#pragma once

#include "engine/catalog/namespace.h"

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn::api {

struct CheckedCreateOptions {
  Document options;   // as listCollections shows them
  Document id_index;  // empty: the default
};

// Errors: InvalidOptions, BadValue, TypeMismatch as MongoDB's; NotImplemented names what Cairn does
// not have yet.
Result<CheckedCreateOptions> check_create_options(const Namespace& name, DocumentView options);

// What a view stands on. Errors: BadValue (none), InvalidNamespace.
Status check_view_source(ValueView on);

}  // namespace cairn::api
