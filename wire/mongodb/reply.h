// Writes a reply in one buffer: room for the header first, then the body by whoever answers, then
// the header into its room. The kind follows the request's.
//
//   OP_MSG:   header | uint32 flags | byte 0 | document | [uint32 CRC-32C]
//   OP_REPLY: header | int32 flags | int64 cursor | int32 starting from | int32 returned = 1 |
//   document
#pragma once

#include "wire/mongodb/frame.h"
#include "wire/mongodb/message.h"

#include <cstdint>
#include <string>

namespace cairn::wire::mongodb {

// Makes room at the end of `out`; the body is to be appended next. Returns where the message
// starts.
std::size_t begin_reply(RequestKind kind, std::string& out);

// Where the body of a reply that starts at `start` begins.
std::size_t reply_body_start(RequestKind kind, std::size_t start);

// Whether the client is to expect another reply without asking (OP_MSG alone).
enum class Followed : std::uint8_t { kNo, kByAnother };

// Fills in the room left by begin_reply. `reply_id` is the reply's own request id.
void finish_reply(const Request& request, std::int32_t reply_id, std::size_t start,
                  std::string& out, Followed followed = Followed::kNo);

}  // namespace cairn::wire::mongodb
