// Pipeline: a parsed aggregation pipeline, run over a stream of documents.
// Source: MongoDB's manual, "Aggregation Stages".
#pragma once

#include <cairn/bson.h>
#include <cairn/cursor.h>
#include <cairn/status.h>

#include <functional>
#include <memory>

namespace cairn::aggregate {

struct PipelineOptions {
  DocumentView let;
  DocumentView collation;
  bool allow_disk_use = true;
  bool collectionless = false;  // `aggregate: 1`: the first stage must make its own documents
};

// What the front of a pipeline asks of the scan below it; a plan answers it from an index or by
// filtering. The views live as long as the pipeline.
struct SourceRequest {
  DocumentView filter;  // the leading `$match` stages as one filter
  DocumentView sort;    // a `$sort` right after them, or empty
  std::int64_t skip = 0;
  std::int64_t limit = 0;  // 0: none; `$limit` right after those
};

// Move-only. Parsed once, run once.
class Pipeline {
 public:
  // Keeps its own copy of `stages` (an array). Errors: 40324 "Unrecognized pipeline stage name:
  // '$x'", 40323 (not one field), …
  static Result<Pipeline> parse(DocumentView stages, const PipelineOptions& options);
  Pipeline(Pipeline&&) noexcept;
  Pipeline& operator=(Pipeline&&) noexcept;
  ~Pipeline();

  // What `source` must do for `run`; those stages are then not run again.
  const SourceRequest& source_request() const;
  // The remaining stages over `source`. The pipeline lives on in the result.
  Result<std::unique_ptr<CursorSource>> run(std::unique_ptr<CursorSource> source) &&;

 private:
  struct State;
  explicit Pipeline(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cairn::aggregate
