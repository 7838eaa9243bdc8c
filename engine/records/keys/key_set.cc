#include "engine/records/keys/key_set.h"

#include <algorithm>

namespace cairn::records {

void KeySet::clear() {
  keys_.clear();
  types_.clear();
  spans_.clear();
  if (!has_arrays_) return;
  arrays_.fill(0);
  wildcard_arrays_.clear();
  has_arrays_ = false;
}

IndexKey KeySet::operator[](std::size_t i) const {
  const Span& span = spans_[i];
  return {key_of(span), std::string_view(types_).substr(span.types, span.types_end - span.types)};
}

void KeySet::add_wildcard_array(std::string_view path) {
  has_arrays_ = true;
  if (std::find(wildcard_arrays_.begin(), wildcard_arrays_.end(), path) == wildcard_arrays_.end()) {
    wildcard_arrays_.emplace_back(path);
  }
}

void KeySet::seal() {
  if (spans_.size() < 2) return;
  std::stable_sort(spans_.begin(), spans_.end(),
                   [this](const Span& a, const Span& b) { return key_of(a) < key_of(b); });
  const auto end = std::unique(spans_.begin(), spans_.end(), [this](const Span& a, const Span& b) {
    return key_of(a) == key_of(b);
  });
  spans_.erase(end, spans_.end());
}

}  // namespace cairn::records
