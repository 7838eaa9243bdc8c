#include "engine/aggregate/writer_batch.h"

#include "engine/write/prepare_document.h"

namespace cairn::aggregate {

Status WriterBatch::add(DocumentView document, MissingId missing) {
  CAIRN_RETURN_IF_ERROR(write::check_nesting(document));
  bytes_ += document.size();
  if (missing == MissingId::kLeave || !document["_id"].missing()) {
    documents_.emplace_back(document);
    return Status();
  }
  DocumentBuilder builder;
  builder.append("_id", ObjectId::generate()).append_all(document);
  documents_.push_back(builder.take());
  return Status();
}

std::vector<DocumentView> WriterBatch::views() const {
  return {documents_.begin(), documents_.end()};
}

void WriterBatch::clear() {
  documents_.clear();
  bytes_ = 0;
}

}  // namespace cairn::aggregate
