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

// A validator alone, as collMod takes it too. Error: what parsing it gives.
Status check_validator(ValueView validator);
// One of the names that `create` and collMod know. Error: BadValue "Enumeration value 'x' for field
// …".
Status check_validation_level(std::string_view owner, ValueView level);
Status check_validation_action(std::string_view owner, ValueView action);

}  // namespace cairn::api
