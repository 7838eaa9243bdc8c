// The type bits: what a key leaves out about types, kept in the entry's value.
//
// Numbers, strings and symbols are counted in the order of the key. A value whose type is the one
// that a decoder assumes leaves no trace; any other leaves a byte, (values passed over since the
// last entry) << 4 | tag, and the tag's payload. So keys of int32, fractional doubles, int64 past
// the int32s, strings and ObjectIds have no type bits at all.
#pragma once

#include "index/key/layout.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cairn::key {

class TypeBitsWriter {
 public:
  // `out` outlives the writer; null: type bits are not wanted (bounds).
  explicit TypeBitsWriter(std::string* out) : out_(out) {}

  // The next value has the type that a decoder assumes.
  void assumed() { ++passed_; }
  // It has not: `tag` and its payload say which.
  void exception(std::span<const std::uint8_t> tag) {
    if (out_ != nullptr) write(tag);
  }
  // A tag without a payload.
  void exception(layout::Tag tag) {
    const auto byte = static_cast<std::uint8_t>(tag);
    exception({&byte, 1});
  }

 private:
  void write(std::span<const std::uint8_t> tag);

  std::string* out_;
  std::size_t passed_ = 0;
};

// Reads type bits; never past their end.
class TypeBitsReader {
 public:
  explicit TypeBitsReader(std::string_view bytes) : rest_(bytes) {}

  // Tag and payload of the next value, until the next call; empty if it has the type assumed;
  // nullopt if the bytes are corrupt.
  std::optional<std::span<const std::uint8_t>> next();

  // Every entry has met its value.
  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  int passed_ = 0;    // values that the entry at the front of rest_ has passed over
  int skipping_ = 0;  // values that the last 0xF0 has still to pass over
  std::array<std::uint8_t, 17> entry_{};
};

}  // namespace cairn::key
