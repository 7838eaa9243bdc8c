// Any bytes as OP_COMPRESSED: no more memory than claimed, and what comes out is of the size
// claimed. What is accepted is compressed again and must come back.
#include "wire/mongodb/op_compressed.h"

#include <cstdlib>
#include <string>

using namespace cairn::wire::mongodb;  // NOLINT: a fuzz target is all about them

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < kHeaderBytes + 9) return 0;
  const Bytes message(data, size);
  // Honest claims of up to 48 MB are legal but would only measure the allocator here.
  if (load_integer<std::int32_t>(message, kHeaderBytes + 4) > 1 << 20) return 0;
  std::string out;
  const auto compressor = decompress_message(message, out);
  if (!compressor) return 0;
  const std::string plain = out;
  if (static_cast<std::size_t>(load_integer<std::int32_t>(
          Bytes(reinterpret_cast<const std::uint8_t*>(plain.data()), 4), 0)) != plain.size()) {
    std::abort();
  }
  std::string scratch;
  compress_message(*compressor, 0, out, scratch);
  const Bytes again(reinterpret_cast<const std::uint8_t*>(out.data()), out.size());
  if (load_header(again).opcode != Opcode::kCompressed) {
    if (out != plain) std::abort();
    return 0;
  }
  std::string back;
  if (!decompress_message(again, back) || back != plain) std::abort();
  return 0;
}
