#include "wire/mongodb/document_reader.h"

#include <cairn/limits.h>

#include <cstring>
#include <string>

namespace cairn::wire::mongodb {
namespace {

std::unexpected<ProtocolError> truncated(std::string_view what) {
  return answer_with(ErrorCode::kProtocolError,
                     "the message ends where more was expected: " + std::string(what));
}

}  // namespace

Parsed<std::uint8_t> DocumentReader::byte() {
  if (rest_.empty()) return truncated("a section's kind");
  const std::uint8_t value = rest_[0];
  rest_ = rest_.subspan(1);
  return value;
}

Parsed<std::int32_t> DocumentReader::int32() {
  if (rest_.size() < 4) return truncated("a 32-bit integer");
  const auto value = load_integer<std::int32_t>(rest_, 0);
  rest_ = rest_.subspan(4);
  return value;
}

Parsed<std::string_view> DocumentReader::cstring() {
  if (rest_.empty()) return truncated("a name");
  const void* nul = std::memchr(rest_.data(), 0, rest_.size());
  if (nul == nullptr) return truncated("the NUL that ends a name");
  const char* text = reinterpret_cast<const char*>(rest_.data());
  const auto length = static_cast<std::size_t>(static_cast<const char*>(nul) - text);
  rest_ = rest_.subspan(length + 1);
  return std::string_view(text, length);
}

Parsed<DocumentView> DocumentReader::document() {
  if (rest_.size() < 5)
    return answer_with(ErrorCode::kInvalidBSON, "not enough bytes for a document");
  const auto size = load_integer<std::int32_t>(rest_, 0);
  if (size < 5 || static_cast<std::size_t>(size) > rest_.size()) {
    return answer_with(ErrorCode::kInvalidBSON,
                       "a document's length does not fit its message: " + std::to_string(size));
  }
  const Bytes bytes = rest_.first(static_cast<std::size_t>(size));
  auto document = validate_document(bytes, {.max_bytes = kMaxInternalDocumentBytes});
  if (!document.ok()) {
    return std::unexpected(ProtocolError{Consequence::kAnswer, document.take_status()});
  }
  rest_ = rest_.subspan(bytes.size());
  return *document;
}

Parsed<DocumentReader> DocumentReader::part(std::size_t size) {
  if (size > rest_.size()) return truncated("the whole of a section");
  DocumentReader inner(rest_.first(size));
  rest_ = rest_.subspan(size);
  return inner;
}

}  // namespace cairn::wire::mongodb
