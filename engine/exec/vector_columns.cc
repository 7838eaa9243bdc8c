#include "engine/exec/vector_columns.h"

#include "engine/records/keys/vector_filter_row.h"

#include <algorithm>
#include <utility>

namespace cairn::exec {
namespace {

// Of an entry of the dictionary beside its bytes, about.
constexpr std::size_t kEntryOverhead = 96;

std::string_view bytes_of(DocumentView document) {
  return {reinterpret_cast<const char*>(document.data()), document.size()};
}

}  // namespace

ValueDictionary::ValueDictionary() { number_of(bytes_of(Document().view())); }

std::uint32_t ValueDictionary::number_of(std::string_view seen) {
  const std::lock_guard lock(mutex_);
  const auto known = numbers_.find(seen);
  if (known != numbers_.end()) return known->second;
  const auto number = static_cast<std::uint32_t>(values_.size());
  numbers_.emplace(values_.emplace_back(seen), number);
  bytes_ += seen.size() + kEntryOverhead;
  return number;
}

std::size_t ValueDictionary::size() const {
  const std::lock_guard lock(mutex_);
  return values_.size();
}

std::size_t ValueDictionary::memory() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

std::string_view ValueDictionary::value(std::uint32_t number) const {
  const std::lock_guard lock(mutex_);
  return values_[number];
}

Result<std::shared_ptr<ColumnCondition>> ColumnCondition::parse(DocumentView condition,
                                                                const ValueDictionary& dictionary) {
  CAIRN_ASSIGN_OR_RETURN(
      match::Matcher matcher,
      match::Matcher::parse(condition,
                            {.allowed = {.near = false, .text = false, .where = false}}));
  return std::make_shared<ColumnCondition>(std::move(matcher), dictionary);
}

Result<ColumnCondition::Answers> ColumnCondition::answers() {
  const std::lock_guard lock(mutex_);
  if (answers_->size() == dictionary_.size()) return answers_;
  std::vector<std::uint8_t> more(*answers_);
  Status status;
  dictionary_.for_each_from(more.size(), [&](DocumentView seen) {
    const Result<bool> fulfils = matcher_.matches(seen);
    if (fulfils.ok()) {
      more.push_back(*fulfils ? 1 : 0);
    } else {
      status = fulfils.status();
    }
    return fulfils.ok();
  });
  CAIRN_RETURN_IF_ERROR(status);
  answers_ = std::make_shared<const std::vector<std::uint8_t>>(std::move(more));
  return answers_;
}

VectorColumns::VectorColumns(std::vector<FieldPath> filters)
    : filters_(std::move(filters)), chunks_(std::make_shared<Chunks>()) {
  for (std::size_t i = 0; i < filters_.size(); ++i) {
    dictionaries_.push_back(std::make_unique<ValueDictionary>());
  }
}

// What a snapshot has is copied: use counts fall only under the lock that the caller holds.
VectorColumns::Chunk& VectorColumns::own_chunk(std::size_t at) {
  if (chunks_.use_count() > 1) chunks_ = std::make_shared<Chunks>(*chunks_);
  if (at >= chunks_->size()) chunks_->resize(at + 1);
  std::shared_ptr<Chunk>& chunk = (*chunks_)[at];
  if (chunk == nullptr) {
    chunk = std::make_shared<Chunk>(kChunk * filters_.size());
    ++chunk_count_;
  } else if (chunk.use_count() > 1) {
    chunk = std::make_shared<Chunk>(*chunk);
  }
  return *chunk;
}

Status VectorColumns::put(std::uint64_t id, std::string_view row) {
  Chunk& chunk = own_chunk(id / kChunk);
  for (std::size_t i = 0; i < filters_.size(); ++i) {
    CAIRN_ASSIGN_OR_RETURN(const DocumentView seen, records::next_filter_value(row));
    chunk[i * kChunk + id % kChunk] = dictionaries_[i]->number_of(bytes_of(seen));
  }
  return Status();
}

int VectorColumns::find(std::string_view path) const {
  const auto found = std::ranges::find_if(
      filters_, [&](const FieldPath& filter) { return filter.text() == path; });
  return found == filters_.end() ? -1 : static_cast<int>(found - filters_.begin());
}

Result<std::shared_ptr<ColumnCondition>> VectorColumns::condition(std::size_t field,
                                                                  DocumentView condition) {
  std::string key(bytes_of(condition));
  const std::lock_guard lock(conditions_mutex_);
  const auto known = conditions_.find(key);
  if (known != conditions_.end()) return known->second;
  CAIRN_ASSIGN_OR_RETURN(auto parsed, ColumnCondition::parse(condition, *dictionaries_[field]));
  if (conditions_.size() == kMostConditions) conditions_.erase(conditions_.begin());
  conditions_.emplace(std::move(key), parsed);
  return parsed;
}

std::size_t VectorColumns::memory() const {
  std::size_t bytes = chunk_count_ * kChunk * filters_.size() * sizeof(std::uint32_t);
  for (const auto& dictionary : dictionaries_) bytes += dictionary->memory();
  return bytes;
}

bool VectorColumns::bloated() const {
  constexpr std::size_t kAlwaysFine = 65536;
  return std::ranges::any_of(dictionaries_, [this](const auto& dictionary) {
    return dictionary->size() > kAlwaysFine + 2 * chunk_count_ * kChunk;
  });
}

std::shared_ptr<VectorColumns> VectorColumns::compacted() const {
  auto made = std::make_shared<VectorColumns>(filters_);
  for (std::size_t at = 0; at < chunks_->size(); ++at) {
    const std::shared_ptr<Chunk>& chunk = (*chunks_)[at];
    if (chunk == nullptr) continue;
    Chunk& to = made->own_chunk(at);
    for (std::size_t i = 0; i < chunk->size(); ++i) {
      if ((*chunk)[i] == 0) continue;
      const std::size_t field = i / kChunk;
      to[i] = made->dictionaries_[field]->number_of(dictionaries_[field]->value((*chunk)[i]));
    }
  }
  return made;
}

}  // namespace cairn::exec
