// OP_COMPRESSED, a message in a message:
//
//   header | int32 original opcode | int32 uncompressed size | uint8 compressor | compressed bytes
//
// The size is of what follows the original's header. It is checked against the largest message
// before anything is allocated, and the result must have exactly that size. What is wrong here ends
// the connection.
#pragma once

#include "wire/mongodb/compressor.h"
#include "wire/mongodb/frame.h"

#include <string>

namespace cairn::wire::mongodb {

// Appends the original message, header included, to `out`; returns how it was compressed.
Parsed<Compressor> decompress_message(Bytes message, std::string& out);

// Replaces the message that starts at `start` of `out` by its compressed form, using `scratch` (its
// contents are lost). Left as it is where compression does not make it smaller.
void compress_message(Compressor compressor, std::size_t start, std::string& out,
                      std::string& scratch);

}  // namespace cairn::wire::mongodb
