// In memory, entries are sorted in chunks that a heap merges while they are read, so that no step
// takes long and an interrupt is seen in time.
#include "engine/exec/sorter.h"

#include <algorithm>
#include <cstring>

namespace cairn::exec {
namespace {

constexpr std::size_t kChunk = 16 << 10;
constexpr std::uint32_t kStepsPerCheck = 256;
constexpr std::size_t kMostSources = 64;  // runs on disk that are merged at once

Status check(const Interrupt* interrupt, std::uint32_t& steps) {
  if (interrupt == nullptr || steps++ % kStepsPerCheck != 0) return Status();
  return interrupt->check();
}

}  // namespace

std::uint64_t Sorter::prefix_of(std::string_view key) {
  std::uint64_t prefix = 0;
  std::memcpy(&prefix, key.data(), std::min(key.size(), sizeof prefix));
  return __builtin_bswap64(prefix);
}

Sorter::Header Sorter::header_of(const Entry& entry) {
  Header header;
  std::memcpy(&header, entry.at, sizeof header);
  return header;
}

std::string_view Sorter::key_of(const Entry& entry) {
  return {entry.at + sizeof(Header), header_of(entry).key_bytes};
}

bool Sorter::before(const Entry& a, const Entry& b) {
  if (a.prefix != b.prefix) return a.prefix < b.prefix;
  const int order = key_of(a).compare(key_of(b));
  return order != 0 ? order < 0 : header_of(a).order < header_of(b).order;
}

bool Sorter::source_before(const Source& a, const Source& b) {
  if (a.prefix != b.prefix) return a.prefix < b.prefix;
  const int order = a.key.compare(b.key);
  return order != 0 ? order < 0 : a.order < b.order;
}

bool Sorter::wants(std::string_view key) const {
  if (!cutoff_) return true;
  const std::uint64_t prefix = prefix_of(key);
  return prefix != cutoff_->prefix ? prefix < cutoff_->prefix : key < key_of(*cutoff_);
}

Status Sorter::add(std::string_view key, std::initializer_list<std::string_view> payload,
                   const Interrupt* interrupt) {
  Header header{order_++, static_cast<std::uint32_t>(key.size()), 0};
  for (const std::string_view piece : payload) {
    header.payload_bytes += static_cast<std::uint32_t>(piece.size());
  }
  const std::size_t bytes = sizeof header + key.size() + header.payload_bytes;
  held_.bytes += static_cast<std::int64_t>(bytes);
  char* at = arena_.allocate(bytes);
  entries_.push_back({prefix_of(key), at});
  std::memcpy(at, &header, sizeof header);
  at += sizeof header;
  std::memcpy(at, key.data(), key.size());
  at += key.size();
  for (const std::string_view piece : payload) {
    if (!piece.empty()) std::memcpy(at, piece.data(), piece.size());
    at += piece.size();
  }
  if (options_.wanted == 0 && entries_.size() - sorted_ == kChunk) {
    std::sort(entries_.end() - kChunk, entries_.end(), before);
    sorted_ = entries_.size();
  }
  const bool surplus =
      options_.wanted > 0 && entries_.size() / 2 >= std::max(options_.wanted, kChunk / 32);
  if (surplus) keep_wanted();
  return memory() > options_.memory_bytes ? make_room(interrupt) : Status();
}

Status Sorter::make_room(const Interrupt* interrupt) {
  if (options_.wanted > 0 && entries_.size() > options_.wanted) {
    keep_wanted();
    if (memory() <= options_.memory_bytes / 2) return Status();
  }
  if (options_.spill == nullptr) {
    if (memory() <= options_.memory_bytes) return Status();
    return {ErrorCode::kQueryExceededMemoryLimitNoDiskUseAllowed, std::string(options_.too_large)};
  }
  return spill(interrupt);
}

// Lets go of all but the first `wanted` entries.
void Sorter::keep_wanted() {
  if (entries_.size() <= options_.wanted) return;
  const auto last = entries_.begin() + static_cast<std::ptrdiff_t>(options_.wanted) - 1;
  std::nth_element(entries_.begin(), last, entries_.end(), before);
  entries_.resize(options_.wanted);
  const Header header = header_of(entries_.back());
  cutoff_bytes_.assign(entries_.back().at, sizeof header + header.key_bytes);
  cutoff_ = Entry{entries_.back().prefix, cutoff_bytes_.data()};
  Arena kept;
  for (Entry& entry : entries_) {
    const Header of = header_of(entry);
    entry.at = kept.copy({entry.at, sizeof of + of.key_bytes + of.payload_bytes}).data();
  }
  arena_ = std::move(kept);
}

Status Sorter::sort_entries(const Interrupt* interrupt) {
  while (sorted_ < entries_.size()) {
    if (interrupt != nullptr) CAIRN_RETURN_IF_ERROR(interrupt->check());
    const std::size_t end = std::min(sorted_ + kChunk, entries_.size());
    std::sort(entries_.begin() + static_cast<std::ptrdiff_t>(sorted_),
              entries_.begin() + static_cast<std::ptrdiff_t>(end), before);
    sorted_ = end;
  }
  return Status();
}

void Sorter::add_memory_sources() {
  for (std::size_t at = 0; at < entries_.size(); at += kChunk) {
    Source& source = sources_.emplace_back();
    source.entry = entries_.data() + at;
    source.last = entries_.data() + std::min(at + kChunk, entries_.size());
  }
}

Result<bool> Sorter::advance(Source& source) {
  if (!source.reader) {
    if (source.entry == source.last) return false;
    const Entry& entry = *source.entry++;
    const Header header = header_of(entry);
    source.prefix = entry.prefix;
    source.order = header.order;
    source.key = {entry.at + sizeof header, header.key_bytes};
    source.payload = {source.key.data() + source.key.size(), header.payload_bytes};
    return true;
  }
  CAIRN_ASSIGN_OR_RETURN(const bool more, source.reader->next());
  if (!more) return false;
  const std::string_view record = source.reader->record();
  Header header;
  std::memcpy(&header, record.data(), sizeof header);
  source.order = header.order;
  source.key = record.substr(sizeof header, header.key_bytes);
  source.payload = record.substr(sizeof header + header.key_bytes);
  source.prefix = prefix_of(source.key);
  return true;
}

void Sorter::sift_down(std::size_t at) {
  const std::uint32_t moving = heap_[at];
  while (true) {
    std::size_t child = 2 * at + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() &&
        source_before(sources_[heap_[child + 1]], sources_[heap_[child]])) {
      ++child;
    }
    if (!source_before(sources_[heap_[child]], sources_[moving])) break;
    heap_[at] = heap_[child];
    at = child;
  }
  heap_[at] = moving;
}

Result<bool> Sorter::pop() {
  if (pending_) {
    CAIRN_ASSIGN_OR_RETURN(const bool more, advance(sources_[heap_.front()]));
    if (!more) {
      heap_.front() = heap_.back();
      heap_.pop_back();
    }
    if (!heap_.empty()) sift_down(0);
  }
  pending_ = !heap_.empty();
  if (!pending_) return false;
  current_key_ = sources_[heap_.front()].key;
  current_payload_ = sources_[heap_.front()].payload;
  return true;
}

// Writes what the heap's sources hold as one run.
Status Sorter::write_run(const Interrupt* interrupt) {
  std::uint64_t left = options_.wanted > 0 ? options_.wanted : UINT64_MAX;
  for (; left > 0; --left) {
    CAIRN_RETURN_IF_ERROR(check(interrupt, steps_));
    CAIRN_ASSIGN_OR_RETURN(const bool more, pop());
    if (!more) break;
    const Header header{sources_[heap_.front()].order, static_cast<std::uint32_t>(key().size()),
                        static_cast<std::uint32_t>(payload().size())};
    const std::string_view head(reinterpret_cast<const char*>(&header), sizeof header);
    CAIRN_RETURN_IF_ERROR(file_->append({head, key(), payload()}));
  }
  sources_.clear();
  heap_.clear();
  CAIRN_ASSIGN_OR_RETURN(const SpillRun run, file_->finish_run());
  runs_.push_back(run);
  return Status();
}

Status Sorter::start_sources() {
  heap_.clear();
  for (std::uint32_t i = 0; i < sources_.size(); ++i) {
    CAIRN_ASSIGN_OR_RETURN(const bool more, advance(sources_[i]));
    if (more) heap_.push_back(i);
  }
  pending_ = false;
  for (std::size_t i = heap_.size() / 2; i-- > 0;) sift_down(i);
  return Status();
}

Status Sorter::spill(const Interrupt* interrupt) {
  if (!file_) {
    CAIRN_ASSIGN_OR_RETURN(file_, options_.spill->create());
  }
  CAIRN_RETURN_IF_ERROR(sort_entries(interrupt));
  add_memory_sources();
  CAIRN_RETURN_IF_ERROR(start_sources());
  CAIRN_RETURN_IF_ERROR(write_run(interrupt));
  ++held_.spills;
  held_.spilled_records += static_cast<std::int64_t>(runs_.back().records);
  held_.spilled_bytes += static_cast<std::int64_t>(arena_.bytes());
  held_.storage_bytes += static_cast<std::int64_t>(runs_.back().bytes);
  entries_.clear();
  sorted_ = 0;
  arena_.clear();
  return Status();
}

std::size_t Sorter::fan_in() const {
  std::size_t largest = SpillFile::kBlockBytes;
  for (const SpillRun& run : runs_) largest = std::max<std::size_t>(largest, run.largest_block);
  return std::clamp(options_.memory_bytes / largest, std::size_t{2}, kMostSources);
}

// Merges the oldest runs until few enough are left to be read at once.
Status Sorter::merge_runs(const Interrupt* interrupt) {
  while (runs_.size() > fan_in()) {
    const std::size_t count = std::min(fan_in(), runs_.size() - fan_in() + 1);
    for (std::size_t i = 0; i < count; ++i) {
      sources_.emplace_back().reader.emplace(*file_, runs_[i]);
    }
    CAIRN_RETURN_IF_ERROR(start_sources());
    CAIRN_RETURN_IF_ERROR(write_run(interrupt));
    for (std::size_t i = 0; i < count; ++i) file_->discard(runs_[i]);
    runs_.erase(runs_.begin(), runs_.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return Status();
}

Status Sorter::finish(const Interrupt* interrupt) {
  finished_ = true;
  if (options_.wanted > 0) keep_wanted();
  CAIRN_RETURN_IF_ERROR(sort_entries(interrupt));
  CAIRN_RETURN_IF_ERROR(merge_runs(interrupt));
  for (const SpillRun& run : runs_) sources_.emplace_back().reader.emplace(*file_, run);
  add_memory_sources();
  return start_sources();
}

Result<bool> Sorter::next(const Interrupt* interrupt) {
  CAIRN_RETURN_IF_ERROR(check(interrupt, steps_));
  if (!finished_) CAIRN_RETURN_IF_ERROR(finish(interrupt));
  if (options_.wanted > 0 && given_ == options_.wanted) return false;
  ++given_;
  return pop();
}

}  // namespace cairn::exec
