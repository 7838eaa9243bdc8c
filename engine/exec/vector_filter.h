// ColumnFilter: the filter of a `$vectorSearch` over what is kept in memory of its fields
// (vector_columns.h), as of one moment. Reads no document. Thread-safety: any number of threads may
// ask.
#pragma once

#include "engine/exec/vector_columns.h"
#include "index/vector/search.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace cairn::exec {

class ColumnFilter final : public vector::IdFilter {
 public:
  // `filter`: of the language that `$vectorSearch` has for filters, over the fields of `columns`.
  // `rows`: a snapshot's, which outlives the filter. Errors: the matcher's.
  static Result<std::unique_ptr<ColumnFilter>> parse(DocumentView filter, VectorColumns& columns,
                                                     const VectorColumns::Chunks& rows);

  void ask(std::span<const std::uint64_t> ids, std::uint8_t* matches) const override;
  // Whether a matcher failed, as it does when the thread's operation is ended: what was asked since
  // the beginning is then not to be believed.
  bool failed() const { return failed_.load(std::memory_order_relaxed); }

 private:
  enum class Kind : std::uint8_t { kAll, kAny, kNone, kCondition };
  struct Part {
    Kind kind = Kind::kAll;
    std::vector<Part> parts;                               // of all kinds but kCondition
    std::size_t field = 0;                                 // of kCondition, as the next
    std::shared_ptr<ColumnCondition> condition = nullptr;  // shared with others that ask the same
  };

  explicit ColumnFilter(const VectorColumns::Chunks& rows) : rows_(rows) {}
  static Result<Part> parse_all(DocumentView filter, VectorColumns& columns);
  static Result<Part> parse_list(Kind kind, DocumentView filters, VectorColumns& columns);
  void ask(const Part& part, std::span<const std::uint64_t> ids, std::uint8_t* matches) const;
  void ask_condition(const Part& part, std::span<const std::uint64_t> ids,
                     std::uint8_t* matches) const;

  const VectorColumns::Chunks& rows_;
  Part all_;
  mutable std::atomic<bool> failed_{false};
};

}  // namespace cairn::exec
