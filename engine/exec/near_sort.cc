#include "engine/exec/near_sort.h"

#include <bit>
#include <optional>
#include <string>

#include "engine/exec/sorter.h"

namespace cairn::exec {
namespace {

// Distances are not negative, so that their bits are in their order.
void append_distance(double distance, std::string& out) {
  const auto bits = std::bit_cast<std::uint64_t>(distance + 0.0);
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(bits >> shift));
}

class NearSort final : public RecordSource {
 public:
  NearSort(RecordSourcePtr input, const match::Near& near, const SortOptions& options)
      : input_(std::move(input)),
        near_(near),
        sorter_({.wanted = static_cast<std::size_t>(options.wanted),
                 .spill = options.spill,
                 .too_large = "$near exceeded memory limit of 104857600 bytes, but did not opt in "
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
      const auto found = near_.find(record->document);
      if (!found) continue;
      key.clear();
      append_distance(found->distance, key);
      if (!sorter_.wants(key)) continue;
      CAIRN_RETURN_IF_ERROR(sorter_.add(key, {record->document.bytes(), record->key}, interrupt));
    }
    examined_ = input_->examined();
    input_.reset();
    return Status();
  }

  RecordSourcePtr input_;  // null once read
  const match::Near& near_;
  Sorter sorter_;
  ExamineCounts examined_;
  Record record_;
};

}  // namespace

RecordSourcePtr near_sort(RecordSourcePtr input, const match::Near& near,
                          const SortOptions& options) {
  return std::make_unique<NearSort>(std::move(input), near, options);
}

}  // namespace cairn::exec
