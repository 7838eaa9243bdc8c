#include "engine/records/build/row_sorter.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <queue>

namespace cairn::records {
namespace {

constexpr std::size_t kSharedBytes = 4;

std::uint64_t prefix_of(std::string_view key) {
  key.remove_prefix(std::min(key.size(), kSharedBytes));
  std::uint64_t prefix = 0;
  std::memcpy(&prefix, key.data(), std::min(key.size(), sizeof prefix));
  return __builtin_bswap64(prefix);
}

// A record of a run: the key's length in 4 bytes, key, value.
std::string_view length_bytes(const std::uint32_t& length) {
  return {reinterpret_cast<const char*>(&length), sizeof length};
}

}  // namespace

// One sorted sequence: the rows in memory, or a run.
class RowSorter::Source {
 public:
  explicit Source(const RowSorter& memory) : memory_(&memory) {}
  Source(const SpillFile& file, const SpillRun& run) : reader_(SpillReader(file, run)) {}

  Result<bool> next() {
    if (memory_ != nullptr) {
      if (next_ == memory_->rows_.size()) return false;
      const Row& row = memory_->rows_[next_++];
      key_ = memory_->key_of(row);
      value_ = memory_->value_of(row);
      return true;
    }
    CAIRN_ASSIGN_OR_RETURN(const bool more, reader_->next());
    if (!more) return false;
    std::string_view record = reader_->record();
    std::uint32_t length = 0;
    std::memcpy(&length, record.data(), sizeof length);
    record.remove_prefix(sizeof length);
    key_ = record.substr(0, length);
    value_ = record.substr(length);
    return true;
  }
  std::string_view key() const { return key_; }
  std::string_view value() const { return value_; }

 private:
  const RowSorter* memory_ = nullptr;
  std::size_t next_ = 0;
  std::optional<SpillReader> reader_;
  std::string_view key_;
  std::string_view value_;
};

Status RowSorter::add(std::string_view key, std::string_view value) {
  rows_.push_back({prefix_of(key), bytes_.size(), static_cast<std::uint32_t>(key.size()),
                   static_cast<std::uint32_t>(value.size())});
  bytes_.append(key).append(value);
  const std::size_t used = bytes_.size() + rows_.size() * sizeof(Row);
  return used < memory_bytes_ ? Status() : write_run();
}

void RowSorter::finish() { sort(); }

void RowSorter::sort() {
  std::sort(rows_.begin(), rows_.end(), [this](const Row& a, const Row& b) {
    return a.prefix != b.prefix ? a.prefix < b.prefix : key_of(a) < key_of(b);
  });
}

Status RowSorter::write_run() {
  sort();
  if (!file_) {
    CAIRN_ASSIGN_OR_RETURN(file_, spill_->create());
  }
  for (const Row& row : rows_) {
    CAIRN_RETURN_IF_ERROR(file_->append({length_bytes(row.key_bytes), key_of(row), value_of(row)}));
  }
  CAIRN_ASSIGN_OR_RETURN(const SpillRun run, file_->finish_run());
  runs_.push_back(run);
  rows_.clear();
  bytes_.clear();
  return Status();
}

Status RowSorter::merge(std::span<RowSorter> sorters, const Visit& visit) {
  std::vector<std::unique_ptr<Source>> sources;
  for (const RowSorter& sorter : sorters) {
    if (!sorter.rows_.empty()) sources.push_back(std::make_unique<Source>(sorter));
    for (const SpillRun& run : sorter.runs_) {
      sources.push_back(std::make_unique<Source>(*sorter.file_, run));
    }
  }
  const auto later = [](const Source* a, const Source* b) { return b->key() < a->key(); };
  std::priority_queue<Source*, std::vector<Source*>, decltype(later)> heads(later);
  for (const auto& source : sources) {
    CAIRN_ASSIGN_OR_RETURN(const bool more, source->next());
    if (more) heads.push(source.get());
  }
  while (!heads.empty()) {
    Source* const head = heads.top();
    heads.pop();
    // As long as it stays in front of all others, its rows follow each other.
    while (true) {
      CAIRN_RETURN_IF_ERROR(visit(head->key(), head->value()));
      CAIRN_ASSIGN_OR_RETURN(const bool more, head->next());
      if (!more) break;
      if (heads.empty() || head->key() <= heads.top()->key()) continue;
      heads.push(head);
      break;
    }
  }
  return Status();
}

}  // namespace cairn::records
