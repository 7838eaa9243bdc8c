#include "engine/bson/sort_key.h"

#include "engine/bson/collation.h"
#include "engine/bson/key_string.h"

namespace cairn {
namespace {

// The key where no array is in the way, as it mostly is: then there is only one.
bool find_plain_key(const SortPattern& pattern, DocumentView document, SortPattern::KeyView& key) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const FieldPath& path = pattern.paths()[i];
    const path_detail::Stop stop = path_detail::walk_documents(document, path, 0);
    if (stop.value.is_array()) return false;
    key[i] = stop.next == path.size() ? stop.value : ValueView();
  }
  return true;
}

}  // namespace

Status append_sort_key(const SortPattern& pattern, DocumentView document, std::string& out) {
  SortPattern::KeyView key;
  if (!find_plain_key(pattern, document, key)) {
    CAIRN_RETURN_IF_ERROR(pattern.find_key(document, key));
  }
  key::Encoder encoder(out);
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    encoder.begin(pattern.directions()[i] == SortDirection::kAscending
                      ? key::Direction::kAscending
                      : key::Direction::kDescending);
    append_key(key[i], encoder, pattern.collation());
  }
  encoder.finish(key::Terminator::kEnd);
  return Status();
}

}  // namespace cairn
