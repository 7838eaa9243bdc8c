#include "engine/exec/element_filter.h"

#include "engine/records/vector_log.h"

#include <algorithm>
#include <array>

namespace cairn::exec {

void ElementFilter::ask(std::span<const std::uint64_t> ids, std::uint8_t* matches) const {
  if (elements_ != nullptr) {
    elements_->ask(ids, matches);
  } else {
    std::fill_n(matches, ids.size(), std::uint8_t{1});
  }
  if (parents_ == nullptr) return;
  std::array<std::uint64_t, kMostAtOnce> records;
  std::ranges::transform(ids, records.begin(), records::record_of_element);
  std::array<std::uint8_t, kMostAtOnce> admitted;
  parents_->ask(std::span(records).first(ids.size()), admitted.data());
  for (std::size_t i = 0; i < ids.size(); ++i) matches[i] &= admitted[i];
}

bool ElementFilter::failed() const {
  return (elements_ != nullptr && elements_->failed()) ||
         (parents_ != nullptr && parents_->failed());
}

}  // namespace cairn::exec
