// A MongoDB request as parsed: views into the bytes it was received in, nothing copied.
// Source: MongoDB's wire protocol documentation (OP_MSG, OP_QUERY); specification "message/OP_MSG".
//
// Thread-safety: a value; a Request lives no longer than the receive buffer (or the decompressed
// body) that it was parsed from. One Request object is used for many requests, so that its vectors
// keep their memory.
#pragma once

#include <cairn/bson.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace cairn::wire::mongodb {

enum class RequestKind : std::uint8_t {
  kMessage,  // OP_MSG
  kQuery,    // OP_QUERY on "<database>.$cmd": handshakes of clients that do not know us yet
};

// A section of kind 1: the documents that the command has as its array field `name`
// (`documents` of insert, `updates`, `deletes`, `ops` and `nsInfo` of bulkWrite).
struct DocumentSequence {
  std::string_view name;
  std::span<const DocumentView> documents;
};

struct Request {
  RequestKind kind = RequestKind::kMessage;
  std::int32_t id = 0;  // the client's requestID; the reply's responseTo
  // The command: its first field is the command's name. Every document here is validated BSON.
  DocumentView body;
  // Sections of kind 1 in the order sent; names are unique and not fields of `body`.
  std::vector<DocumentSequence> sequences;
  // The client sends no more than this and reads no reply (`w: 0`).
  bool more_to_come = false;
  // The client would take several replies to this request.
  bool exhaust_allowed = false;
  // The request carried a checksum (verified); so does the reply then.
  bool checksummed = false;
  // OP_QUERY only: "admin.$cmd". An OP_MSG names its database in `$db`.
  std::string_view full_collection_name;

  // The documents of the sequence `name`, or nullptr. A command's array may come either way: look
  // here first, then at body[name].
  const DocumentSequence* sequence(std::string_view name) const {
    for (const DocumentSequence& s : sequences) {
      if (s.name == name) return &s;
    }
    return nullptr;
  }

  // As new, but for the memory that is kept.
  void clear() {
    auto kept_sequences = std::move(sequences);
    auto kept_documents = std::move(documents);
    *this = Request();
    sequences = std::move(kept_sequences);
    sequences.clear();
    documents = std::move(kept_documents);
    documents.clear();
  }

  // Where the spans of `sequences` point. Filled by the parser alone.
  std::vector<DocumentView> documents;
};

}  // namespace cairn::wire::mongodb
