// Projection: which fields of a document a reader gets, for `find` and `$project`.
// Source: MongoDB's manual, "Project Fields to Return from Query" and "$project".
#pragma once

#include "engine/expr/evaluation.h"
#include "engine/expr/scope.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <memory>

namespace cairn::project {

enum class Language : std::uint8_t { kFind, kAggregate };

// Immutable after parse; thread-safe.
class Projection {
 public:
  // Borrows nothing from `spec`. Errors by MongoDB's codes: 31253/31254 (mixed inclusion and
  // exclusion), 31249 (path collision), …
  static Result<Projection> parse(DocumentView spec, Language language, const expr::Scope& scope);
  Projection();  // keeps everything
  Projection(Projection&&) noexcept;
  Projection& operator=(Projection&&) noexcept;
  ~Projection();

  bool keeps_everything() const;
  // Whether the result depends on `_id` alone, so that the document need not be read.
  bool only_id() const;
  // Appends the projected fields of the evaluation's document to `out` (which is open).
  Status apply(expr::Evaluation& evaluation, DocumentBuilder& out) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cairn::project
