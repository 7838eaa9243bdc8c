// Stream: documents on their way through a pipeline, with what is known about each beside its
// fields.
#pragma once

#include "engine/expr/metadata.h"

#include <cairn/cursor.h>

#include <memory>

namespace cairn::aggregate {

class Stream : public CursorSource {
 public:
  // Of the document that the last `next` gave, as long as that lives; null where nothing is known.
  // A stage that passes documents through or changes them passes this on.
  virtual const expr::Metadata* metadata() const { return nullptr; }
};
using StreamPtr = std::unique_ptr<Stream>;

// What most stages are: a stream over another one. The default parks the input and passes its
// metadata on.
class StreamOver : public Stream {
 public:
  explicit StreamOver(StreamPtr input) : input_(std::move(input)) {}
  void park() override {
    if (input_ != nullptr) input_->park();
  }
  const expr::Metadata* metadata() const override {
    return input_ == nullptr ? nullptr : input_->metadata();
  }

 protected:
  StreamPtr input_;  // a blocking stage lets go of it once it is read
};

// Reads all that is left.
inline Status drain(StreamPtr input, const Interrupt* interrupt) {
  while (true) {
    CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, input->next(interrupt));
    if (!document) return Status();
  }
}

}  // namespace cairn::aggregate
