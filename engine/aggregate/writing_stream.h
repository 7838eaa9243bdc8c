// WritingStream: what $merge and $out are: a stream that gives nothing, and writes all that it
// reads into a collection, a batch at a time.
#pragma once

#include "engine/aggregate/environment.h"
#include "engine/aggregate/stream.h"
#include "engine/aggregate/writer_batch.h"

#include <utility>

namespace cairn::aggregate {

class WritingStream : public StreamOver {
 public:
  // Under `explain` the input is read and nothing is written. The environment outlives the stream.
  WritingStream(StreamPtr input, Environment& environment)
      : StreamOver(std::move(input)), environment_(environment) {}

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) final;
  const expr::Metadata* metadata() const final { return nullptr; }

 protected:
  // Before the first document and after the last.
  virtual Status begin(const Interrupt* interrupt) = 0;
  virtual Status end() { return Status(); }
  // Puts a document into the batch.
  virtual Status gather(DocumentView document) { return batch_.add(document); }
  // Writes the batch, which is not empty; it is cleared afterwards.
  virtual Status write_batch(const Interrupt* interrupt) = 0;

  Environment& environment_;
  WriterBatch batch_;

 private:
  Status write_all(const Interrupt* interrupt);
};

}  // namespace cairn::aggregate
