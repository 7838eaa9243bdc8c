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
#include <string_view>
#include <vector>

namespace cairn::exec {

class ColumnFilter final : public vector::IdFilter {
 public:
  // Whether ids fulfil one condition on one field. As IdFilter; false: a matcher failed.
  class Answers {
   public:
    virtual ~Answers() = default;
    virtual bool ask(std::span<const std::uint64_t> ids, std::uint8_t* matches) const = 0;
  };

  // `filter`: of the language that `$vectorSearch` has for filters, over the fields of `columns`.
  // `rows`: a snapshot's, which outlives the filter. Ids are of records. Errors: the matcher's.
  static Result<std::unique_ptr<ColumnFilter>> parse(DocumentView filter, VectorColumns& columns,
                                                     const VectorColumns::Chunks& rows);
  // Ids are of elements (records::element_id) of `array`, a field at the top; of a document a
  // filter sees the one element alone, under the array's name. For one thread.
  static Result<std::unique_ptr<ColumnFilter>> parse_of_elements(DocumentView filter,
                                                                 std::string_view array,
                                                                 VectorColumns& columns,
                                                                 const VectorColumns::Chunks& rows);

  void ask(std::span<const std::uint64_t> ids, std::uint8_t* matches) const override;
  // Whether a matcher failed, as it does when the thread's operation is ended: what was asked since
  // the beginning is then not to be believed.
  bool failed() const { return failed_.load(std::memory_order_relaxed); }
  // What to say of one that failed, where nobody ended it.
  static Status failure() {
    return {ErrorCode::kInternalError, "the filter of a vector search cannot be evaluated"};
  }

 private:
  enum class Kind : std::uint8_t { kAll, kAny, kNone, kCondition };
  struct Part {
    Kind kind = Kind::kAll;
    std::vector<Part> parts;           // of all kinds but kCondition
    std::unique_ptr<Answers> answers;  // of kCondition
  };
  class Parser;

  ColumnFilter() = default;
  void ask(const Part& part, std::span<const std::uint64_t> ids, std::uint8_t* matches) const;

  Part all_;
  mutable std::atomic<bool> failed_{false};
};

}  // namespace cairn::exec
