#include "engine/exec/near_sort.h"

#include <bit>
#include <string>

#include "engine/exec/key_sorted.h"

namespace cairn::exec {
namespace {

// Distances are not negative, so that their bits are in their order.
void append_distance(double distance, std::string& out) {
  const auto bits = std::bit_cast<std::uint64_t>(distance + 0.0);
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(bits >> shift));
}

class NearSort final : public KeySorted {
 public:
  NearSort(RecordSourcePtr input, const match::Near& near, const SortOptions& options)
      : KeySorted(std::move(input), options,
                  "$near exceeded memory limit of 104857600 bytes, but did not opt in "
                  "to external sorting."),
        near_(near) {}

 protected:
  Result<bool> append_key(const Record& record, std::string& key) override {
    const auto found = near_.find(record.document);
    if (found) append_distance(found->distance, key);
    return found.has_value();
  }

 private:
  const match::Near& near_;
};

}  // namespace

RecordSourcePtr near_sort(RecordSourcePtr input, const match::Near& near,
                          const SortOptions& options) {
  return std::make_unique<NearSort>(std::move(input), near, options);
}

}  // namespace cairn::exec
