#include "engine/exec/vector_filter.h"

#include "engine/records/vector_log.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <unordered_map>
#include <utility>

namespace cairn::exec {

namespace {

// Of records: a condition is tried once per distinct number, and others may have tried it.
class RecordAnswers final : public ColumnFilter::Answers {
 public:
  RecordAnswers(std::size_t field, std::shared_ptr<ColumnCondition> condition,
                const VectorColumns::Chunks& rows)
      : field_(field), condition_(std::move(condition)), rows_(rows) {}

  // Ids that follow each other mostly lie in one chunk.
  bool ask(std::span<const std::uint64_t> ids, std::uint8_t* matches) const override {
    bool failed = false;
    const auto answer = [&](std::uint32_t number) -> std::uint8_t {
      const ColumnCondition::Answer one = (*condition_)(number);
      failed = failed || one == ColumnCondition::Answer::kUnknown;
      return one == ColumnCondition::Answer::kYes ? 1 : 0;
    };
    for (std::size_t i = 0; i < ids.size();) {
      const std::uint64_t at = ids[i] / VectorColumns::kChunk;
      const VectorColumns::Chunk* const chunk = at < rows_.size() ? rows_[at].get() : nullptr;
      if (chunk == nullptr) {
        matches[i++] = answer(0);
        continue;
      }
      const std::uint32_t* const numbers = chunk->data() + field_ * VectorColumns::kChunk;
      for (; i < ids.size() && ids[i] / VectorColumns::kChunk == at; ++i) {
        matches[i] = answer(numbers[ids[i] % VectorColumns::kChunk]);
      }
    }
    return !failed;
  }

 private:
  const std::size_t field_;
  const std::shared_ptr<ColumnCondition> condition_;  // shared with others that ask the same
  const VectorColumns::Chunks& rows_;
};

// Of elements: a condition is tried once per distinct number on each element of what that stands
// for.
class ElementAnswers final : public ColumnFilter::Answers {
 public:
  ElementAnswers(std::size_t field, match::Matcher matcher, std::string_view array,
                 const VectorColumns& columns, const VectorColumns::Chunks& rows)
      : field_(field),
        matcher_(std::move(matcher)),
        array_(array),
        columns_(columns),
        rows_(rows) {}

  bool ask(std::span<const std::uint64_t> ids, std::uint8_t* matches) const override {
    bool good = true;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const Verdicts& verdicts = of_number(number_of(records::record_of_element(ids[i])));
      const std::uint32_t element = records::number_of_element(ids[i]);
      const bool there = element < verdicts.of_elements.size();
      matches[i] = (there ? verdicts.of_elements[element] : verdicts.of_none) ? 1 : 0;
      good = good && verdicts.known;
    }
    return good;
  }

 private:
  struct Verdicts {
    std::vector<bool> of_elements;
    bool of_none = false;  // where the field is not one of the array's
    bool known = true;
  };
  static constexpr std::size_t kMostKnown = 65'536;

  std::uint32_t number_of(RecordId record) const {
    const std::uint64_t at = record / VectorColumns::kChunk;
    const VectorColumns::Chunk* const chunk = at < rows_.size() ? rows_[at].get() : nullptr;
    if (chunk == nullptr) return 0;
    return (*chunk)[field_ * VectorColumns::kChunk + record % VectorColumns::kChunk];
  }

  const Verdicts& of_number(std::uint32_t number) const {
    if (number == last_number_ && last_ != nullptr) return *last_;
    if (known_.size() >= kMostKnown) known_.clear();
    const auto [at, first] = known_.try_emplace(number);
    if (first && !find_out(columns_.value(field_, number), at->second)) {
      at->second.known = false;
    }
    last_number_ = number;
    last_ = &at->second;
    return at->second;
  }

  bool find_out(DocumentView seen, Verdicts& verdicts) const {
    const auto none = matcher_.matches(DocumentView());
    if (!none.ok()) return false;
    verdicts.of_none = *none;
    const ValueView array = seen[array_];
    if (!array.is_array()) return true;
    for (const Element& element : array.as_document()) {
      const Document alone = document(array_, element.value);
      const auto one = matcher_.matches(alone);
      if (!one.ok()) return false;
      verdicts.of_elements.push_back(*one);
    }
    return true;
  }

  const std::size_t field_;
  const match::Matcher matcher_;
  const std::string array_;
  const VectorColumns& columns_;
  const VectorColumns::Chunks& rows_;
  mutable std::unordered_map<std::uint32_t, Verdicts> known_;  // entries stay where they are
  mutable std::uint32_t last_number_ = 0;
  mutable const Verdicts* last_ = nullptr;
};

}  // namespace

// Reads a filter; how its conditions are answered is its maker's affair.
class ColumnFilter::Parser {
 public:
  using Make =
      std::function<Result<std::unique_ptr<Answers>>(std::size_t field, DocumentView condition)>;

  Parser(const VectorColumns& columns, Make make) : columns_(columns), make_(std::move(make)) {}

  Result<std::unique_ptr<ColumnFilter>> parse(DocumentView filter) const {
    std::unique_ptr<ColumnFilter> made(new ColumnFilter());
    CAIRN_ASSIGN_OR_RETURN(made->all_, parse_all(filter));
    return made;
  }

 private:
  Result<Part> parse_all(DocumentView filter) const {
    Part all;
    for (const Element& element : filter) {
      if (element.name == "$and" || element.name == "$or" || element.name == "$nor") {
        const Kind kind = element.name == "$and"  ? Kind::kAll
                          : element.name == "$or" ? Kind::kAny
                                                  : Kind::kNone;
        CAIRN_ASSIGN_OR_RETURN(all.parts.emplace_back(),
                               parse_list(kind, element.value.as_document()));
        continue;
      }
      const int field = columns_.find(element.name);
      if (field < 0) {
        return Status(ErrorCode::kInternalError, "a filter's path is not in its index");
      }
      Part& part = all.parts.emplace_back();
      part.kind = Kind::kCondition;
      const Document condition = document(element.name, element.value);
      CAIRN_ASSIGN_OR_RETURN(part.answers, make_(static_cast<std::size_t>(field), condition));
    }
    if (all.parts.size() != 1) return all;
    Part only = std::move(all.parts.front());
    return only;
  }

  Result<Part> parse_list(Kind kind, DocumentView filters) const {
    Part list;
    list.kind = kind;
    for (const Element& one : filters) {
      CAIRN_ASSIGN_OR_RETURN(list.parts.emplace_back(), parse_all(one.value.as_document()));
    }
    return list;
  }

  const VectorColumns& columns_;
  const Make make_;
};

Result<std::unique_ptr<ColumnFilter>> ColumnFilter::parse(DocumentView filter,
                                                          VectorColumns& columns,
                                                          const VectorColumns::Chunks& rows) {
  const auto make = [&](std::size_t field,
                        DocumentView condition) -> Result<std::unique_ptr<Answers>> {
    CAIRN_ASSIGN_OR_RETURN(std::shared_ptr<ColumnCondition> known,
                           columns.condition(field, condition));
    return std::unique_ptr<Answers>(new RecordAnswers(field, std::move(known), rows));
  };
  return Parser(columns, make).parse(filter);
}

Result<std::unique_ptr<ColumnFilter>> ColumnFilter::parse_of_elements(
    DocumentView filter, std::string_view array, VectorColumns& columns,
    const VectorColumns::Chunks& rows) {
  const auto make = [&](std::size_t field,
                        DocumentView condition) -> Result<std::unique_ptr<Answers>> {
    CAIRN_ASSIGN_OR_RETURN(match::Matcher matcher, VectorColumns::parse_condition(condition));
    return std::unique_ptr<Answers>(
        new ElementAnswers(field, std::move(matcher), array, columns, rows));
  };
  return Parser(columns, make).parse(filter);
}

void ColumnFilter::ask(std::span<const std::uint64_t> ids, std::uint8_t* matches) const {
  ask(all_, ids, matches);
}

void ColumnFilter::ask(const Part& part, std::span<const std::uint64_t> ids,
                       std::uint8_t* matches) const {
  if (part.kind == Kind::kCondition) {
    if (!part.answers->ask(ids, matches)) failed_.store(true, std::memory_order_relaxed);
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
