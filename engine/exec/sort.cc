#include "engine/exec/sort.h"

#include <string>

#include "engine/bson/sort_key.h"
#include "engine/exec/key_sorted.h"

namespace cairn::exec {
namespace {

class Sort final : public KeySorted {
 public:
  Sort(RecordSourcePtr input, SortPattern pattern, const SortOptions& options)
      : KeySorted(std::move(input), options,
                  "Sort exceeded memory limit of 104857600 bytes, but did not opt in "
                  "to external sorting."),
        pattern_(std::move(pattern)) {}

 protected:
  Result<bool> append_key(DocumentView document, std::string& key) override {
    CAIRN_RETURN_IF_ERROR(append_sort_key(pattern_, document, key));
    return true;
  }

 private:
  SortPattern pattern_;
};

}  // namespace

RecordSourcePtr sort(RecordSourcePtr input, SortPattern pattern, const SortOptions& options) {
  return std::make_unique<Sort>(std::move(input), std::move(pattern), options);
}

}  // namespace cairn::exec
