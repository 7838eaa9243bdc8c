#include "engine/api/distinct_values.h"

#include "engine/bson/key_string.h"

namespace cairn::api {

Status DistinctValues::add(DocumentView document) {
  visit_values(document, path_, [this](ValueView value) {
    key_.clear();
    key::Encoder encoder(key_);
    encoder.begin(key::Direction::kAscending);
    append_key(value, encoder);
    if (seen_.insert(key_).second) values_.push(value);
    return false;
  });
  if (values_.size() <= kMaxDocumentBytes) return Status();
  return {location(17217), "distinct too big, 16mb cap"};
}

}  // namespace cairn::api
