// RecordSource: the pull interface of every operator that still knows which record a document is.
//
// A chain of them (scan, filter, sort, skip and limit) answers a plan; writes take records from it,
// reads turn it into a stream of documents (`documents.h`). One thread at a time; nothing is locked
// between calls.
#pragma once

#include "engine/match/matcher.h"

#include <cairn/bson.h>
#include <cairn/operation.h>
#include <cairn/status.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>

namespace cairn::exec {

// Views live until the next call on the source that gave them.
struct Record {
  std::string_view key;  // the record's whole key in the `doc` family
  DocumentView document;
  DocumentView index_key = {};            // where the plan is asked for it: the entry's values
  std::optional<double> text_score = {};  // of a record that a `$text` has found
};

inline match::FoundByText found_by_text(const Record& record) {
  return record.text_score ? match::FoundByText::kYes : match::FoundByText::kNo;
}

// What a query with a `$text` knows of a record: one that it did not find itself sorts last, and
// shows none.
inline double known_text_score(const Record& record) {
  return record.text_score.value_or(std::numeric_limits<double>::quiet_NaN());
}

// What `explain` and the profiler count.
struct ExamineCounts {
  std::int64_t keys = 0;
  std::int64_t documents = 0;
};

class RecordSource {
 public:
  virtual ~RecordSource() = default;
  // The next record, or nullptr at the end (and ever after).
  virtual Result<const Record*> next(const Interrupt* interrupt) = 0;
  // Lets go of storage until the next call; see Cursor::park.
  virtual void park() = 0;
  virtual ExamineCounts examined() const = 0;
};

using RecordSourcePtr = std::unique_ptr<RecordSource>;

}  // namespace cairn::exec
