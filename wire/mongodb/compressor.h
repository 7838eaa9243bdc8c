// The compressors of OP_COMPRESSED, by number and by the name that `hello` negotiates.
// Source: specification "compression/OP_COMPRESSED".
#pragma once

#include "wire/mongodb/frame.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cairn::wire::mongodb {

enum class Compressor : std::uint8_t { kNoop = 0, kSnappy = 1, kZlib = 2, kZstd = 3 };

// "snappy", "zlib", "zstd"; nullopt for a name that is not offered (noop is not).
std::optional<Compressor> compressor_from_name(std::string_view name);
std::optional<Compressor> compressor_from_number(std::uint8_t number);

// Whether messages about `command` may be compressed at all: those that carry secrets may not, nor
// those from before compression is agreed on.
bool may_compress(std::string_view command);

// Appends exactly `size` bytes to `out`, or nothing when `compressed` is not that many bytes
// compressed; then false. Never writes more than `size` bytes, whatever the input claims.
bool decompress(Compressor compressor, Bytes compressed, std::size_t size, std::string& out);

// Appends the compressed bytes to `out`; false (and nothing appended) if the library fails.
bool compress(Compressor compressor, Bytes plain, std::string& out);

}  // namespace cairn::wire::mongodb
