// Validators and their levels and actions, as create and collMod take them.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

#include <string_view>

namespace cairn::api {

// A validator alone, as collMod takes it too. Errors: what parsing it gives,
// and Locations for what none may ask for.
Status check_validator(ValueView validator);
// One of the names that `create` and collMod know. Error: BadValue "Enumeration value 'x' for field
// …".
Status check_validation_level(std::string_view owner, ValueView level);
Status check_validation_action(std::string_view owner, ValueView action);

}  // namespace cairn::api
