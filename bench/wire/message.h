// Requests as bytes, and what replies complain of.
#pragma once

#include "wire/mongodb/frame.h"

#include <cairn/bson.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace cairn::bench {

// Writes one OP_MSG at the end of `out`: body, then a sequence of documents if there are any. Whole
// once the writer is gone.
class MessageWriter {
 public:
  explicit MessageWriter(std::string& out);
  MessageWriter(const MessageWriter&) = delete;
  MessageWriter& operator=(const MessageWriter&) = delete;
  ~MessageWriter();

  void body(DocumentView document);
  // The documents are appended to `out` between these two.
  void begin_sequence(std::string_view name);
  void end_sequence();

 private:
  std::string& out_;
  const std::size_t start_;
  std::size_t sequence_ = 0;
};

// The body of a reply that has but one, at a glance; empty: look again.
DocumentView body_of(wire::mongodb::Bytes reply);
// Empty, or what a reply complains of; writeErrors come with ok: 1. Good replies are not validated:
// that would be a third of a load generator's time.
std::string complaint(wire::mongodb::Bytes reply);

}  // namespace cairn::bench
