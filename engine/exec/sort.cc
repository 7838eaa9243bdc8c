#include "engine/exec/sort.h"

#include <cairn/limits.h>

#include <algorithm>
#include <string>
#include <vector>

namespace cairn::exec {
namespace {

// What one record costs beside its bytes.
constexpr std::size_t kEntryBytes = 160;

struct Entry {
  std::vector<ValueView> key;  // views into `document`
  std::string record_key;
  Document document;
  std::uint64_t order = 0;
};

class Sort final : public RecordSource {
 public:
  Sort(RecordSourcePtr input, SortPattern pattern, std::int64_t wanted)
      : input_(std::move(input)),
        pattern_(std::move(pattern)),
        wanted_(static_cast<std::size_t>(wanted)) {}

  Result<const Record*> next(const Interrupt* interrupt) override {
    if (!sorted_) CAIRN_RETURN_IF_ERROR(read_all(interrupt));
    if (at_ > 0) entries_[at_ - 1].reset();
    if (at_ == entries_.size()) return static_cast<const Record*>(nullptr);
    const Entry& entry = *entries_[at_++];
    record_ = {entry.record_key, entry.document};
    return &record_;
  }
  // After the first call nothing of storage is held.
  void park() override {
    if (!sorted_) input_->park();
  }
  ExamineCounts examined() const override { return sorted_ ? examined_ : input_->examined(); }

 private:
  using Key = std::span<const ValueView>;

  Status read_all(const Interrupt* interrupt) {
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const Record* record, input_->next(interrupt));
      if (record == nullptr) break;
      CAIRN_RETURN_IF_ERROR(take(*record));
    }
    const auto before = [this](const auto& a, const auto& b) { return less(*a, *b); };
    std::sort(entries_.begin(), entries_.end(), before);
    examined_ = input_->examined();
    input_.reset();
    sorted_ = true;
    return Status();
  }

  Status take(const Record& record) {
    SortPattern::KeyView found;
    CAIRN_RETURN_IF_ERROR(pattern_.find_key(record.document, found));
    const auto before = [this](const auto& a, const auto& b) { return less(*a, *b); };
    const bool full = wanted_ > 0 && entries_.size() == wanted_;
    if (full) {
      if (compare_keys({found.data(), pattern_.size()}, entries_.front()->key) >= 0)
        return Status();
      std::pop_heap(entries_.begin(), entries_.end(), before);
      bytes_ -= size_of(*entries_.back());
      entries_.pop_back();
    }
    auto entry = std::make_unique<Entry>();
    entry->record_key.assign(record.key);
    entry->document = Document(record.document);
    entry->order = order_++;
    CAIRN_RETURN_IF_ERROR(pattern_.find_key(entry->document, found));
    entry->key.assign(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(pattern_.size()));
    bytes_ += size_of(*entry);
    entries_.push_back(std::move(entry));
    if (wanted_ > 0) std::push_heap(entries_.begin(), entries_.end(), before);
    if (bytes_ <= kMaxStageMemoryBytes) return Status();
    return {ErrorCode::kQueryExceededMemoryLimitNoDiskUseAllowed,
            "Sort exceeded memory limit of 104857600 bytes, but did not opt in to external "
            "sorting."};
  }

  std::size_t size_of(const Entry& entry) const {
    return entry.document.bytes().size() + kEntryBytes + pattern_.size() * sizeof(ValueView);
  }

  std::weak_ordering compare_keys(Key a, Key b) const {
    for (std::size_t i = 0; i < pattern_.size(); ++i) {
      const std::weak_ordering order = compare(a[i], b[i]);
      if (order == 0) continue;
      return pattern_.directions()[i] == SortDirection::kAscending ? order : 0 <=> order;
    }
    return std::weak_ordering::equivalent;
  }

  bool less(const Entry& a, const Entry& b) const {
    const std::weak_ordering order = compare_keys(a.key, b.key);
    return order == 0 ? a.order < b.order : order < 0;
  }

  RecordSourcePtr input_;
  SortPattern pattern_;
  std::size_t wanted_;
  std::vector<std::unique_ptr<Entry>>
      entries_;  // while reading with a limit: a heap, the last one in front
  std::size_t bytes_ = 0;
  std::uint64_t order_ = 0;
  bool sorted_ = false;
  std::size_t at_ = 0;
  ExamineCounts examined_;
  Record record_;
};

}  // namespace

RecordSourcePtr sort(RecordSourcePtr input, SortPattern pattern, std::int64_t wanted) {
  return std::make_unique<Sort>(std::move(input), std::move(pattern), wanted);
}

}  // namespace cairn::exec
