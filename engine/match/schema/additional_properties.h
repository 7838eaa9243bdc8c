// additionalProperties, patternProperties: rules about the fields that `properties` does not name.
#pragma once

#include "engine/match/schema/rule.h"

namespace cairn::match {

Status parse_additional_properties(SchemaParts& parts);

}  // namespace cairn::match
