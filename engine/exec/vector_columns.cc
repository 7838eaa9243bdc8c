#include "engine/exec/vector_columns.h"

#include "engine/records/keys/vector_filter_row.h"

#include <algorithm>
#include <bit>
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

ValueDictionary::Place ValueDictionary::place_of(std::uint32_t number) {
  const std::uint64_t from_first = number + kFirstBlock;
  const auto block = static_cast<std::size_t>(std::bit_width(from_first / kFirstBlock) - 1);
  return {block, from_first - (kFirstBlock << block)};
}

std::uint32_t ValueDictionary::number_of(std::string_view seen) {
  const std::lock_guard lock(mutex_);
  const auto known = numbers_.find(seen);
  if (known != numbers_.end()) return known->second;
  const auto [at, in_block] = place_of(size_);
  if (in_block == 0) blocks_[at] = std::make_unique<std::string[]>(kFirstBlock << at);
  blocks_[at][in_block] = seen;
  numbers_.emplace(blocks_[at][in_block], size_);
  bytes_ += seen.size() + kEntryOverhead;
  return size_++;
}

std::size_t ValueDictionary::size() const {
  const std::lock_guard lock(mutex_);
  return size_;
}

std::size_t ValueDictionary::memory() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

// Whoever has seen a size has seen the values below it written.
DocumentView ValueDictionary::value(std::uint32_t number) const {
  const auto [block, in_block] = place_of(number);
  return DocumentView(reinterpret_cast<const std::uint8_t*>(blocks_[block][in_block].data()));
}

ColumnCondition::ColumnCondition(std::shared_ptr<const match::Matcher> matcher,
                                 const ValueDictionary& dictionary)
    : matcher_(std::move(matcher)), dictionary_(dictionary), known_(dictionary.size()) {}

ColumnCondition::ColumnCondition(const ColumnCondition& other, std::size_t numbers)
    : matcher_(other.matcher_), dictionary_(other.dictionary_), known_(numbers) {
  for (std::size_t i = 0; i < other.size(); ++i) {
    known_[i].store(other.known_[i].load(std::memory_order_relaxed), std::memory_order_relaxed);
  }
}

ColumnCondition::Answer ColumnCondition::find_out(std::uint32_t number) {
  const Result<bool> fulfils = matcher_->matches(dictionary_.value(number));
  if (!fulfils.ok()) return Answer::kUnknown;
  const Answer answer = *fulfils ? Answer::kYes : Answer::kNo;
  known_[number].store(answer, std::memory_order_relaxed);
  return answer;
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

Result<match::Matcher> VectorColumns::parse_condition(DocumentView condition) {
  return match::Matcher::parse(condition,
                               {.allowed = {.near = false, .text = false, .where = false}});
}

int VectorColumns::find(std::string_view path) const {
  const auto found = std::ranges::find_if(
      filters_, [&](const FieldPath& filter) { return filter.text() == path; });
  return found == filters_.end() ? -1 : static_cast<int>(found - filters_.begin());
}

Result<std::shared_ptr<ColumnCondition>> VectorColumns::condition(std::size_t field,
                                                                  DocumentView condition) {
  const ValueDictionary& dictionary = *dictionaries_[field];
  const std::size_t numbers = dictionary.size();
  std::string key(bytes_of(condition));
  const std::lock_guard lock(conditions_mutex_);
  std::shared_ptr<ColumnCondition> made;
  const auto known = conditions_.find(key);
  if (known != conditions_.end()) {
    if (known->second.answers->size() >= numbers) {
      known->second.asked = ++asked_;
      return known->second.answers;
    }
    // Some more, as more are coming.
    made = std::make_shared<ColumnCondition>(*known->second.answers, numbers + numbers / 8);
    condition_bytes_ -= known->second.answers->size();
    conditions_.erase(known);
  } else {
    CAIRN_ASSIGN_OR_RETURN(match::Matcher matcher, parse_condition(condition));
    made = std::make_shared<ColumnCondition>(
        std::make_shared<const match::Matcher>(std::move(matcher)), dictionary);
  }
  make_room(made->size());
  condition_bytes_ += made->size();
  conditions_.emplace(std::move(key), Condition{made, ++asked_});
  return made;
}

void VectorColumns::make_room(std::size_t bytes) {
  while (!conditions_.empty() && (conditions_.size() >= kMostConditions ||
                                  condition_bytes_ + bytes > kMostConditionBytes)) {
    const auto oldest = std::ranges::min_element(
        conditions_, {}, [](const auto& condition) { return condition.second.asked; });
    condition_bytes_ -= oldest->second.answers->size();
    conditions_.erase(oldest);
  }
}

std::size_t VectorColumns::memory() const {
  std::size_t bytes = chunk_count_ * kChunk * filters_.size() * sizeof(std::uint32_t);
  for (const auto& dictionary : dictionaries_) bytes += dictionary->memory();
  const std::lock_guard lock(conditions_mutex_);
  return bytes + condition_bytes_;
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
      to[i] =
          made->dictionaries_[field]->number_of(bytes_of(dictionaries_[field]->value((*chunk)[i])));
    }
  }
  return made;
}

}  // namespace cairn::exec
