// OP_QUERY requests, with which clients that do not know the server yet say hello:
//
//   header | int32 flags | cstring full collection name | int32 skip | int32 return | document
//   [document]
//
// Only commands (a name that ends in ".$cmd") are taken, and of those only the handshake's; the
// dialect refuses the others by name. A command may be wrapped as {$query: {…}, $readPreference:
// {…}}.
#pragma once

#include "wire/mongodb/frame.h"
#include "wire/mongodb/message.h"

namespace cairn::wire::mongodb {

// Fills `request` from a whole message, header included.
Parsed<void> parse_op_query(Bytes message, Request& request);

}  // namespace cairn::wire::mongodb
