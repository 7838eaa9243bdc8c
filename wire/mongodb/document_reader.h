// Takes documents and names off the front of a message, checking each.
#pragma once

#include "wire/mongodb/frame.h"

#include <cairn/bson.h>

#include <string_view>

namespace cairn::wire::mongodb {

class DocumentReader {
 public:
  explicit DocumentReader(Bytes bytes) : rest_(bytes) {}

  bool at_end() const { return rest_.empty(); }
  std::size_t remaining() const { return rest_.size(); }

  Parsed<std::uint8_t> byte();
  Parsed<std::int32_t> int32();
  // Up to the next NUL, which is taken too.
  Parsed<std::string_view> cstring();
  // Well-formed BSON, no larger than a command may be.
  Parsed<DocumentView> document();
  // The next `size` bytes as a reader of their own.
  Parsed<DocumentReader> part(std::size_t size);

 private:
  Bytes rest_;
};

}  // namespace cairn::wire::mongodb
