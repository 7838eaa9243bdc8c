#include "engine/exec/vector_filter.h"

#include <algorithm>
#include <array>
#include <utility>

namespace cairn::exec {

Result<std::unique_ptr<ColumnFilter>> ColumnFilter::parse(DocumentView filter,
                                                          VectorColumns& columns,
                                                          const VectorColumns::Chunks& rows) {
  std::unique_ptr<ColumnFilter> made(new ColumnFilter(rows));
  CAIRN_ASSIGN_OR_RETURN(made->all_, parse_all(filter, columns));
  return made;
}

Result<ColumnFilter::Part> ColumnFilter::parse_all(DocumentView filter, VectorColumns& columns) {
  Part all;
  for (const Element& element : filter) {
    if (element.name == "$and" || element.name == "$or" || element.name == "$nor") {
      const Kind kind = element.name == "$and"  ? Kind::kAll
                        : element.name == "$or" ? Kind::kAny
                                                : Kind::kNone;
      CAIRN_ASSIGN_OR_RETURN(all.parts.emplace_back(),
                             parse_list(kind, element.value.as_document(), columns));
      continue;
    }
    const int field = columns.find(element.name);
    if (field < 0) return Status(ErrorCode::kInternalError, "a filter's path is not in its index");
    Part& part = all.parts.emplace_back();
    part.kind = Kind::kCondition;
    part.field = static_cast<std::size_t>(field);
    const Document condition = document(element.name, element.value);
    CAIRN_ASSIGN_OR_RETURN(part.condition, columns.condition(part.field, condition));
  }
  if (all.parts.size() != 1) return all;
  Part only = std::move(all.parts.front());
  return only;
}

Result<ColumnFilter::Part> ColumnFilter::parse_list(Kind kind, DocumentView filters,
                                                    VectorColumns& columns) {
  Part list;
  list.kind = kind;
  for (const Element& one : filters) {
    CAIRN_ASSIGN_OR_RETURN(list.parts.emplace_back(), parse_all(one.value.as_document(), columns));
  }
  return list;
}

void ColumnFilter::ask(std::span<const std::uint64_t> ids, std::uint8_t* matches) const {
  ask(all_, ids, matches);
}

// Ids that follow each other mostly lie in one chunk.
void ColumnFilter::ask_condition(const Part& part, std::span<const std::uint64_t> ids,
                                 std::uint8_t* matches) const {
  const auto answer = [&](std::uint32_t number) -> std::uint8_t {
    const ColumnCondition::Answer one = (*part.condition)(number);
    if (one == ColumnCondition::Answer::kUnknown) failed_.store(true, std::memory_order_relaxed);
    return one == ColumnCondition::Answer::kYes ? 1 : 0;
  };
  for (std::size_t i = 0; i < ids.size();) {
    const std::uint64_t at = ids[i] / VectorColumns::kChunk;
    const VectorColumns::Chunk* const chunk = at < rows_.size() ? rows_[at].get() : nullptr;
    if (chunk == nullptr) {
      matches[i++] = answer(0);
      continue;
    }
    const std::uint32_t* const numbers = chunk->data() + part.field * VectorColumns::kChunk;
    for (; i < ids.size() && ids[i] / VectorColumns::kChunk == at; ++i) {
      matches[i] = answer(numbers[ids[i] % VectorColumns::kChunk]);
    }
  }
}

void ColumnFilter::ask(const Part& part, std::span<const std::uint64_t> ids,
                       std::uint8_t* matches) const {
  if (part.kind == Kind::kCondition) {
    ask_condition(part, ids, matches);
    return;
  }
  const bool all = part.kind == Kind::kAll;
  std::fill_n(matches, ids.size(), all ? std::uint8_t{1} : std::uint8_t{0});
  std::array<std::uint8_t, kMostAtOnce> one;
  for (const Part& inner : part.parts) {
    ask(inner, ids, one.data());
    for (std::size_t i = 0; i < ids.size(); ++i) {
      matches[i] = all ? matches[i] & one[i] : matches[i] | one[i];
    }
  }
  if (part.kind != Kind::kNone) return;
  for (std::size_t i = 0; i < ids.size(); ++i) matches[i] ^= 1U;
}

}  // namespace cairn::exec
