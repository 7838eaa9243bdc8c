// Explained: what an explanation's reply says besides the plan.
// Thread-safety: as the Call.
#pragma once

#include "compat/mongodb/command/command.h"

#include <cairn/bson.h>

namespace cairn::mongodb {

// The explanation, the command that was explained, and which server did it.
void append_explained(const Call& call, DocumentView command, const Document& explained,
                      DocumentBuilder& reply);

}  // namespace cairn::mongodb
