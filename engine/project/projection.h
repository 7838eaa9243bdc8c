// Projection: which fields of a document a reader gets, for `find` and `$project`.
// Source: MongoDB's manual, "Project Fields to Return from Query" and "$project".
#pragma once

#include "engine/bson/path.h"
#include "engine/expr/evaluation.h"
#include "engine/expr/meta_use.h"
#include "engine/expr/scope.h"
#include "engine/expr/surroundings.h"
#include "engine/match/matcher.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <memory>
#include <optional>
#include <vector>

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
  // Whether it asks for the element of an array that the filter matched.
  bool is_positional() const;
  // Where it is positional, the filter may only have what single elements can be asked: no $expr,
  // $jsonSchema, $text or $near. REQUIRES: it was parsed without error.
  Status check_filter(DocumentView filter, const expr::Surroundings& around) const;
  // Whether the result depends on `_id` alone, so that the document need not be read.
  bool only_id() const;
  // The fields that it keeps, where it keeps no more than that of a document and makes nothing new;
  // nullopt: it needs more.
  std::optional<std::vector<FieldPath>> kept_fields() const;
  // What it reads of a document's metadata, where the language is kFind.
  const expr::MetaUse& metas() const;
  // Appends the projected fields of the evaluation's document to `out` (which is open). `matcher`:
  // of the query, for `$`; may be null where the language is kAggregate.
  Status apply(expr::Evaluation& evaluation, DocumentBuilder& out,
               const match::Matcher* matcher = nullptr) const;

 private:
  struct State;
  static Result<std::unique_ptr<State>> parse_state(DocumentView spec, Language language,
                                                    const expr::Scope& scope);
  std::unique_ptr<State> state_;
};

}  // namespace cairn::project
