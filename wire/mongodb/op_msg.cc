#include "wire/mongodb/op_msg.h"

#include "wire/mongodb/crc32c.h"
#include "wire/mongodb/document_reader.h"

#include <string>

namespace cairn::wire::mongodb {
namespace {

constexpr std::uint32_t kRequiredBits = 0xffff;
constexpr std::size_t kFlagBytes = 4;
constexpr std::size_t kChecksumBytes = 4;

// The message without its checksum, which has been found right.
Parsed<Bytes> verify_checksum(Bytes message) {
  if (message.size() < kHeaderBytes + kFlagBytes + kChecksumBytes) {
    return close_because(ErrorCode::kProtocolError, "OP_MSG is too short for its checksum");
  }
  const Bytes covered = message.first(message.size() - kChecksumBytes);
  if (crc32c(covered) != load_integer<std::uint32_t>(message, covered.size())) {
    return close_because(ErrorCode::kProtocolError, "OP_MSG checksum does not match contents");
  }
  return covered;
}

// Where a sequence's documents are in Request::documents, while that still grows.
struct Range {
  std::size_t first = 0;
  std::size_t count = 0;
};

class SectionReader {
 public:
  SectionReader(Bytes sections, Request& request) : reader_(sections), request_(request) {}

  Parsed<void> read() {
    while (!reader_.at_end()) {
      const auto kind = reader_.byte();
      if (!kind) return std::unexpected(kind.error());
      if (auto read = section(*kind); !read) return read;
    }
    if (!has_body_) return answer_with(location(40587), "OP_MSG messages must have a body");
    for (std::size_t i = 0; i < request_.sequences.size(); ++i) {
      request_.sequences[i].documents =
          std::span(request_.documents).subspan(ranges_[i].first, ranges_[i].count);
    }
    return names_not_in_body();
  }

 private:
  Parsed<void> section(std::uint8_t kind) {
    if (kind == kBodySection) return body();
    if (kind == kSequenceSection) return sequence();
    return answer_with(location(40432), "Unknown section kind " + std::to_string(kind));
  }

  Parsed<void> body() {
    if (has_body_) return answer_with(location(40430), "Multiple body sections in message");
    has_body_ = true;
    const auto document = reader_.document();
    if (!document) return std::unexpected(document.error());
    request_.body = *document;
    return {};
  }

  Parsed<void> sequence() {
    const auto size = reader_.int32();
    if (!size) return std::unexpected(size.error());
    if (*size < static_cast<std::int32_t>(sizeof *size)) {
      return answer_with(ErrorCode::kProtocolError,
                         "a section's size cannot be less than 4: " + std::to_string(*size));
    }
    auto part = reader_.part(static_cast<std::size_t>(*size) - sizeof *size);
    if (!part) return std::unexpected(part.error());
    return sequence(*part);
  }

  Parsed<void> sequence(DocumentReader& part) {
    const auto name = part.cstring();
    if (!name) return std::unexpected(name.error());
    if (request_.sequence(*name) != nullptr) {
      return answer_with(location(40431), "Duplicate document sequence: " + std::string(*name));
    }
    if (request_.sequences.size() == kMaxSequences) {
      return close_because(ErrorCode::kProtocolError, "too many document sequences in OP_MSG");
    }
    ranges_[request_.sequences.size()].first = request_.documents.size();
    request_.sequences.push_back({.name = *name});
    return documents(part);
  }

  Parsed<void> documents(DocumentReader& part) {
    Range& range = ranges_[request_.sequences.size() - 1];
    while (!part.at_end()) {
      if (request_.documents.size() == kMaxSequenceDocuments) {
        return answer_with(
            ErrorCode::kInvalidLength,
            "too many documents in one message, at most " + std::to_string(kMaxSequenceDocuments));
      }
      const auto document = part.document();
      if (!document) return std::unexpected(document.error());
      request_.documents.push_back(*document);
      ++range.count;
    }
    return {};
  }

  Parsed<void> names_not_in_body() const {
    for (const DocumentSequence& sequence : request_.sequences) {
      if (request_.body[sequence.name].missing()) continue;
      return answer_with(location(40433), "Duplicate field between body and document sequence " +
                                              std::string(sequence.name));
    }
    return {};
  }

  DocumentReader reader_;
  Request& request_;
  Range ranges_[kMaxSequences];
  bool has_body_ = false;
};

}  // namespace

Parsed<void> parse_op_msg(Bytes message, Request& request) {
  request.clear();
  request.id = load_header(message).request_id;
  if (message.size() < kHeaderBytes + kFlagBytes) {
    return close_because(ErrorCode::kProtocolError, "OP_MSG is too short for its flags");
  }
  const auto flags = load_integer<std::uint32_t>(message, kHeaderBytes);
  const std::uint32_t known = kFlagChecksumPresent | kFlagMoreToCome;
  if ((flags & kRequiredBits & ~known) != 0) {
    return close_because(ErrorCode::kProtocolError,
                         "OP_MSG with unknown flags: " + std::to_string(flags));
  }
  request.more_to_come = (flags & kFlagMoreToCome) != 0;
  request.exhaust_allowed = (flags & kFlagExhaustAllowed) != 0;
  request.checksummed = (flags & kFlagChecksumPresent) != 0;
  if (request.checksummed) {
    const auto covered = verify_checksum(message);
    if (!covered) return std::unexpected(covered.error());
    message = *covered;
  }
  return SectionReader(message.subspan(kHeaderBytes + kFlagBytes), request).read();
}

}  // namespace cairn::wire::mongodb
