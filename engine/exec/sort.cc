#include "engine/exec/sort.h"

#include <string>

#include "engine/bson/sort_key.h"
#include "engine/exec/sorter.h"

namespace cairn::exec {
namespace {

class Sort final : public RecordSource {
 public:
  Sort(RecordSourcePtr input, SortPattern pattern, const SortOptions& options)
      : input_(std::move(input)),
        pattern_(std::move(pattern)),
        sorter_({.wanted = static_cast<std::size_t>(options.wanted),
                 .spill = options.spill,
                 .too_large = "Sort exceeded memory limit of 104857600 bytes, but did not opt in "
                              "to external sorting."}) {}

  Result<const Record*> next(const Interrupt* interrupt) override {
    if (input_ != nullptr) CAIRN_RETURN_IF_ERROR(read_all(interrupt));
    CAIRN_ASSIGN_OR_RETURN(const bool more, sorter_.next(interrupt));
    if (!more) return static_cast<const Record*>(nullptr);
    const std::string_view payload = sorter_.payload();
    record_.document = DocumentView(reinterpret_cast<const std::uint8_t*>(payload.data()));
    record_.key = payload.substr(record_.document.size());
    return &record_;
  }
  // After the first call nothing of storage is held.
  void park() override {
    if (input_ != nullptr) input_->park();
  }
  ExamineCounts examined() const override {
    return input_ != nullptr ? input_->examined() : examined_;
  }

 private:
  Status read_all(const Interrupt* interrupt) {
    std::string key;
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const Record* record, input_->next(interrupt));
      if (record == nullptr) break;
      key.clear();
      CAIRN_RETURN_IF_ERROR(append_sort_key(pattern_, record->document, key));
      if (!sorter_.wants(key)) continue;
      CAIRN_RETURN_IF_ERROR(sorter_.add(key, {record->document.bytes(), record->key}, interrupt));
    }
    examined_ = input_->examined();
    input_.reset();
    return Status();
  }

  RecordSourcePtr input_;  // null once read
  SortPattern pattern_;
  Sorter sorter_;
  ExamineCounts examined_;
  Record record_;
};

}  // namespace

RecordSourcePtr sort(RecordSourcePtr input, SortPattern pattern, const SortOptions& options) {
  return std::make_unique<Sort>(std::move(input), std::move(pattern), options);
}

}  // namespace cairn::exec
