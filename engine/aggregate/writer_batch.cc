#include "engine/aggregate/writer_batch.h"

namespace cairn::aggregate {

void WriterBatch::add(DocumentView document) {
  bytes_ += document.size();
  if (!document["_id"].missing()) {
    documents_.emplace_back(document);
    return;
  }
  DocumentBuilder builder;
  builder.append("_id", ObjectId::generate()).append_all(document);
  documents_.push_back(builder.take());
}

std::vector<DocumentView> WriterBatch::views() const {
  return {documents_.begin(), documents_.end()};
}

void WriterBatch::clear() {
  documents_.clear();
  bytes_ = 0;
}

}  // namespace cairn::aggregate
