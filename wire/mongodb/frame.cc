#include "wire/mongodb/frame.h"

#include <cairn/limits.h>

#include <string>

namespace cairn::wire::mongodb {

Header load_header(Bytes bytes) {
  return {
      .length = load_integer<std::int32_t>(bytes, 0),
      .request_id = load_integer<std::int32_t>(bytes, 4),
      .response_to = load_integer<std::int32_t>(bytes, 8),
      .opcode = static_cast<Opcode>(load_integer<std::int32_t>(bytes, 12)),
  };
}

void store_header(const Header& header, char* to) {
  const auto opcode = static_cast<std::int32_t>(header.opcode);
  std::memcpy(to, &header.length, 4);
  std::memcpy(to + 4, &header.request_id, 4);
  std::memcpy(to + 8, &header.response_to, 4);
  std::memcpy(to + 12, &opcode, 4);
}

Parsed<Header> read_header(Bytes received) {
  const Header header = load_header(received);
  if (header.length < static_cast<std::int32_t>(kHeaderBytes) ||
      header.length > static_cast<std::int32_t>(kMaxMessageBytes)) {
    return close_because(ErrorCode::kProtocolError, "a message's length must be between 16 and " +
                                                        std::to_string(kMaxMessageBytes) +
                                                        ", found " + std::to_string(header.length));
  }
  switch (header.opcode) {
    case Opcode::kMessage:
    case Opcode::kQuery:
    case Opcode::kCompressed:
      return header;
    case Opcode::kReply:
      break;
  }
  return close_because(ErrorCode::kProtocolError,
                       "expected OP_MSG, OP_QUERY or OP_COMPRESSED, found opcode " +
                           std::to_string(static_cast<std::int32_t>(header.opcode)));
}

}  // namespace cairn::wire::mongodb
