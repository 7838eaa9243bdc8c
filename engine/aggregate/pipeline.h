// Pipeline: a parsed aggregation pipeline, run over a collection or a stream of documents.
// Source: MongoDB's manual, "Aggregation Stages".
#pragma once

#include "engine/aggregate/environment.h"
#include "engine/aggregate/stream.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <memory>

namespace cairn::aggregate {

// Move-only. Parsed once; may be opened again when the stream that it gave before is gone
// (`$lookup` does so for every document, with other values in its environment's variables).
class Pipeline {
 public:
  // Keeps its own copy of `stages` (an array). `environment` outlives the pipeline and its streams.
  // Errors: 40324 "Unrecognized pipeline stage name: '$x'", 40323 (not one field), 40602 (a stage
  // that must be first), …
  static Result<Pipeline> parse(DocumentView stages, Environment& environment);
  // For `open_over` alone.
  static Result<Pipeline> parse_over(DocumentView stages, Environment& environment);
  Pipeline(Pipeline&&) noexcept;
  Pipeline& operator=(Pipeline&&) noexcept;
  ~Pipeline();

  // Over the environment's collection; the front of the pipeline is answered by a plan.
  Result<StreamPtr> open();
  // Appends what `explain` tells: the plan alone where that answers the whole pipeline, or
  // `stages`. With `run` everything is carried out but writing.
  Status explain(bool run, const Interrupt* interrupt, DocumentBuilder& out);
  // Its stages one by one, the plan first, as elements of the array that `out` is in.
  Status explain_stages(bool run, const Interrupt* interrupt, DocumentBuilder& out);
  // All stages over `source`, which is behind the view that the collection may be.
  Result<StreamPtr> open_over(StreamPtr source);

 private:
  struct State;
  struct Watch;
  static Result<Pipeline> parse_stages(DocumentView stages, Environment& environment);
  bool makes_documents() const;
  std::size_t first_shown() const;
  Status run_watched(Watch& watch, const Interrupt* interrupt);
  explicit Pipeline(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Whether the first of the stages (an array) is called `name`.
bool starts_with_stage(DocumentView stages, std::string_view name);

}  // namespace cairn::aggregate
