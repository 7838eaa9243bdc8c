// Builds requests byte by byte, wrong ones too.
#pragma once

#include "wire/mongodb/crc32c.h"
#include "wire/mongodb/frame.h"
#include "wire/mongodb/op_msg.h"

#include <cairn/bson.h>

#include <string>
#include <string_view>
#include <vector>

namespace cairn::wire::mongodb {

inline Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string little_endian(std::int32_t value) {
  return std::string(reinterpret_cast<const char*>(&value), sizeof value);
}

inline std::string with_header(std::int32_t opcode, std::string_view payload, std::int32_t id = 7) {
  const auto length = static_cast<std::int32_t>(payload.size() + kHeaderBytes);
  return little_endian(length) + little_endian(id) + little_endian(0) + little_endian(opcode) +
         std::string(payload);
}

inline std::string body_section(DocumentView body) {
  return std::string(1, '\0') + std::string(body.bytes());
}

inline std::string sequence_section(std::string_view name, const std::vector<Document>& documents) {
  std::string inner(name);
  inner.push_back('\0');
  for (const Document& document : documents) inner += document.bytes();
  return "\1" + little_endian(static_cast<std::int32_t>(inner.size() + 4)) + inner;
}

// An OP_MSG; with kFlagChecksumPresent its checksum is added.
inline std::string op_msg(std::uint32_t flags, std::string_view sections) {
  std::string payload = little_endian(static_cast<std::int32_t>(flags)) + std::string(sections);
  if ((flags & kFlagChecksumPresent) == 0) return with_header(2013, payload);
  std::string message = with_header(2013, payload + "    ");
  const std::string_view covered(message.data(), message.size() - 4);
  const std::uint32_t sum = crc32c(bytes_of(covered));
  message.replace(covered.size(), 4, little_endian(static_cast<std::int32_t>(sum)));
  return message;
}

}  // namespace cairn::wire::mongodb
