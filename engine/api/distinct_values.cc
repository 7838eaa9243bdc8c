#include "engine/api/distinct_values.h"

#include "engine/bson/key_string.h"

namespace cairn::api {
namespace {

// Type, digits of the index, NUL.
constexpr std::size_t kElementBytes = 8;

}  // namespace

Status DistinctValues::add(DocumentView document) {
  visit_values(document, path_, [this](ValueView value) {
    key_.clear();
    key::Encoder encoder(key_);
    encoder.begin(key::Direction::kAscending);
    append_key(value, encoder, collation_.get());
    if (values_.try_emplace(key_, value).second) bytes_ += value.size() + kElementBytes;
    return false;
  });
  if (bytes_ <= kMaxDocumentBytes) return Status();
  return {location(17217), "distinct too big, 16mb cap"};
}

Value DistinctValues::take() && {
  DocumentBuilder array;
  for (const auto& [key, value] : values_) array.push(value);
  return array.take_array();
}

}  // namespace cairn::api
