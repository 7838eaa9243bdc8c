#include "engine/exec/sort.h"

#include <string>

#include "engine/exec/key_sorted.h"

namespace cairn::exec {
namespace {

class Sort final : public KeySorted {
 public:
  Sort(RecordSourcePtr input, SortOrder order, const SortOptions& options)
      : KeySorted(std::move(input), options,
                  "Sort exceeded memory limit of 104857600 bytes, but did not opt in "
                  "to external sorting."),
        order_(std::move(order)) {}

 protected:
  Result<bool> append_key(const Record& record, std::string& key) override {
    metadata_.text_score = known_text_score(record);
    CAIRN_RETURN_IF_ERROR(order_.append_key(record.document, &metadata_, key));
    return true;
  }

 private:
  SortOrder order_;
  expr::Metadata metadata_;
};

}  // namespace

RecordSourcePtr sort(RecordSourcePtr input, SortOrder order, const SortOptions& options) {
  return std::make_unique<Sort>(std::move(input), std::move(order), options);
}

}  // namespace cairn::exec
