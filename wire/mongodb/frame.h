// The header that every MongoDB message begins with, and how a stream is cut into messages:
//
//   int32 length (of the whole message, this included) | int32 request id | int32 response to |
//   int32 opcode
//
// All little-endian. A length outside [16, 48,000,000] or an opcode that no client may send ends
// the connection: the stream cannot be followed any more.
#pragma once

#include "wire/mongodb/protocol_error.h"

#include <cstdint>
#include <cstring>
#include <span>

namespace cairn::wire::mongodb {

using Bytes = std::span<const std::uint8_t>;

inline constexpr std::size_t kHeaderBytes = 16;

enum class Opcode : std::int32_t {
  kReply = 1,
  kQuery = 2004,
  kCompressed = 2012,
  kMessage = 2013,
};

struct Header {
  std::int32_t length = 0;
  std::int32_t request_id = 0;
  std::int32_t response_to = 0;
  Opcode opcode = Opcode::kMessage;
};

// Reads and checks a request's header. REQUIRES: received.size() >= kHeaderBytes.
Parsed<Header> read_header(Bytes received);

// Reads without checking. REQUIRES: bytes.size() >= kHeaderBytes.
Header load_header(Bytes bytes);

// REQUIRES: `to` has kHeaderBytes.
void store_header(const Header& header, char* to);

// A little-endian integer at `at`. REQUIRES: it lies within the bytes.
template <typename Integer>
Integer load_integer(Bytes bytes, std::size_t at) {
  Integer value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

}  // namespace cairn::wire::mongodb
