#include "wire/mongodb/compressor.h"

#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <memory>

namespace cairn::wire::mongodb {
namespace {

// Lets `write(char* to, std::size_t room) -> std::optional<std::size_t>` fill up to `room` bytes at
// the end of `out`, which are not zeroed first.
template <typename Write>
bool append_up_to(std::string& out, std::size_t room, const Write& write) {
  const std::size_t before = out.size();
  bool ok = false;
  out.resize_and_overwrite(before + room, [&](char* data, std::size_t) {
    const std::optional<std::size_t> written = write(data + before, room);
    ok = written.has_value();
    return before + written.value_or(0);
  });
  return ok;
}

const char* chars(Bytes bytes) { return reinterpret_cast<const char*>(bytes.data()); }

std::optional<std::size_t> unsnappy(Bytes from, char* to, std::size_t size) {
  std::size_t claimed = 0;
  if (!snappy::GetUncompressedLength(chars(from), from.size(), &claimed) || claimed != size ||
      !snappy::RawUncompress(chars(from), from.size(), to)) {
    return std::nullopt;
  }
  return size;
}

std::optional<std::size_t> unzlib(Bytes from, char* to, std::size_t size) {
  uLongf written = size;
  uLong read = from.size();
  const int code = uncompress2(reinterpret_cast<Bytef*>(to), &written, from.data(), &read);
  if (code != Z_OK || written != size || read != from.size()) return std::nullopt;
  return size;
}

struct FreeDecompression {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};
struct FreeCompression {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

std::optional<std::size_t> unzstd(Bytes from, char* to, std::size_t size) {
  // Contexts are dear to make and no use to two threads at once: one for each.
  thread_local const std::unique_ptr<ZSTD_DCtx, FreeDecompression> context(ZSTD_createDCtx());
  const std::size_t written =
      ZSTD_decompressDCtx(context.get(), to, size, from.data(), from.size());
  if (ZSTD_isError(written) || written != size) return std::nullopt;
  return size;
}

std::optional<std::size_t> zstd(Bytes from, char* to, std::size_t room) {
  thread_local const std::unique_ptr<ZSTD_CCtx, FreeCompression> context(ZSTD_createCCtx());
  const std::size_t written =
      ZSTD_compressCCtx(context.get(), to, room, from.data(), from.size(), ZSTD_CLEVEL_DEFAULT);
  if (ZSTD_isError(written)) return std::nullopt;
  return written;
}

std::optional<std::size_t> zlib(Bytes from, char* to, std::size_t room) {
  uLongf written = room;
  const int code = compress2(reinterpret_cast<Bytef*>(to), &written, from.data(), from.size(),
                             Z_DEFAULT_COMPRESSION);
  if (code != Z_OK) return std::nullopt;
  return written;
}

std::optional<std::size_t> snap(Bytes from, char* to) {
  std::size_t written = 0;
  snappy::RawCompress(chars(from), from.size(), to, &written);
  return written;
}

}  // namespace

std::optional<Compressor> compressor_from_name(std::string_view name) {
  if (name == "snappy") return Compressor::kSnappy;
  if (name == "zlib") return Compressor::kZlib;
  if (name == "zstd") return Compressor::kZstd;
  return std::nullopt;
}

std::optional<Compressor> compressor_from_number(std::uint8_t number) {
  if (number > static_cast<std::uint8_t>(Compressor::kZstd)) return std::nullopt;
  return static_cast<Compressor>(number);
}

bool may_compress(std::string_view command) {
  static constexpr std::array<std::string_view, 14> kNever = {
      "hello",          "isMaster",     "ismaster",   "saslStart",  "saslContinue",
      "getnonce",       "authenticate", "createUser", "updateUser", "copydbSaslStart",
      "copydbgetnonce", "copydb",       "logout",     "usersInfo"};
  return std::find(kNever.begin(), kNever.end(), command) == kNever.end();
}

bool decompress(Compressor compressor, Bytes compressed, std::size_t size, std::string& out) {
  if (compressor == Compressor::kNoop) {
    if (compressed.size() != size) return false;
    out.append(chars(compressed), size);
    return true;
  }
  return append_up_to(out, size, [&](char* to, std::size_t room) {
    switch (compressor) {
      case Compressor::kSnappy:
        return unsnappy(compressed, to, room);
      case Compressor::kZlib:
        return unzlib(compressed, to, room);
      default:
        return unzstd(compressed, to, room);
    }
  });
}

bool compress(Compressor compressor, Bytes plain, std::string& out) {
  switch (compressor) {
    case Compressor::kNoop:
      out.append(chars(plain), plain.size());
      return true;
    case Compressor::kSnappy:
      return append_up_to(out, snappy::MaxCompressedLength(plain.size()),
                          [&](char* to, std::size_t) { return snap(plain, to); });
    case Compressor::kZlib:
      return append_up_to(out, compressBound(plain.size()),
                          [&](char* to, std::size_t room) { return zlib(plain, to, room); });
    case Compressor::kZstd:
      return append_up_to(out, ZSTD_compressBound(plain.size()),
                          [&](char* to, std::size_t room) { return zstd(plain, to, room); });
  }
  return false;
}

}  // namespace cairn::wire::mongodb
