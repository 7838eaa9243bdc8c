#include "wire/mongodb/op_compressed.h"

#include <cairn/limits.h>

#include <string>

namespace cairn::wire::mongodb {
namespace {

constexpr std::size_t kPrefixBytes = 4 + 4 + 1;

Parsed<void> check_original(Opcode opcode, std::int32_t size) {
  if (opcode != Opcode::kMessage && opcode != Opcode::kQuery) {
    return close_because(ErrorCode::kProtocolError,
                         "only OP_MSG and OP_QUERY may be compressed, found opcode " +
                             std::to_string(static_cast<std::int32_t>(opcode)));
  }
  if (size < 0 || size > static_cast<std::int32_t>(kMaxMessageBytes - kHeaderBytes)) {
    return close_because(ErrorCode::kProtocolError,
                         "a compressed message's size is out of range: " + std::to_string(size));
  }
  return {};
}

}  // namespace

Parsed<Compressor> decompress_message(Bytes message, std::string& out) {
  if (message.size() < kHeaderBytes + kPrefixBytes) {
    return close_because(ErrorCode::kProtocolError, "OP_COMPRESSED is too short");
  }
  Header header = load_header(message);
  header.opcode = static_cast<Opcode>(load_integer<std::int32_t>(message, kHeaderBytes));
  const auto size = load_integer<std::int32_t>(message, kHeaderBytes + 4);
  if (const auto checked = check_original(header.opcode, size); !checked) {
    return std::unexpected(checked.error());
  }
  const std::uint8_t number = message[kHeaderBytes + 8];
  const std::optional<Compressor> compressor = compressor_from_number(number);
  if (!compressor) {
    return close_because(ErrorCode::kProtocolError, "unknown compressor " + std::to_string(number));
  }
  header.length = static_cast<std::int32_t>(kHeaderBytes) + size;
  const std::size_t start = out.size();
  out.append(kHeaderBytes, '\0');
  store_header(header, out.data() + start);
  const Bytes compressed = message.subspan(kHeaderBytes + kPrefixBytes);
  if (!decompress(*compressor, compressed, static_cast<std::size_t>(size), out)) {
    return close_because(ErrorCode::kProtocolError,
                         "compressed bytes are damaged or not of the size they claim");
  }
  return *compressor;
}

void compress_message(Compressor compressor, std::size_t start, std::string& out,
                      std::string& scratch) {
  const Bytes message(reinterpret_cast<const std::uint8_t*>(out.data()) + start,
                      out.size() - start);
  Header header = load_header(message);
  const Bytes plain = message.subspan(kHeaderBytes);
  const auto original = static_cast<std::int32_t>(header.opcode);
  const auto size = static_cast<std::int32_t>(plain.size());

  scratch.assign(kHeaderBytes, '\0');
  scratch.append(reinterpret_cast<const char*>(&original), 4);
  scratch.append(reinterpret_cast<const char*>(&size), 4);
  scratch.push_back(static_cast<char>(compressor));
  if (!compress(compressor, plain, scratch)) return;
  if (compressor != Compressor::kNoop && scratch.size() >= message.size()) return;
  header.length = static_cast<std::int32_t>(scratch.size());
  header.opcode = Opcode::kCompressed;
  store_header(header, scratch.data());
  out.replace(start, std::string::npos, scratch);
}

}  // namespace cairn::wire::mongodb
