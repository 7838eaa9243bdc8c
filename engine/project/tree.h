// The tree of a projection's paths: what becomes of each field, and of the fields inside it.
#pragma once

#include "engine/expr/expression.h"
#include "engine/match/matcher.h"
#include "engine/project/slice.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::project {

enum class Mode : std::uint8_t { kInclude, kExclude };

struct Tree {
  enum class Kind : std::uint8_t {
    kBranch,      // decided by `children`
    kNamed,       // the path ends here: kept or dropped, by the projection's mode
    kComputed,    // the path ends here: the value of `expression`
    kMeta,        // the same of {$meta: …}, which leaves the mode open
    kSlice,       // …: kept, an array only as far as `slice` says
    kElements,    // …: the first element that `elements` finds, in an array of its own
    kPositional,  // …: kept, but of the first array on the path only the element that the query's
                  // filter matched
  };
  Kind kind = Kind::kBranch;
  std::string name;
  std::vector<Tree> children;  // in the order of the specification
  expr::ExpressionPtr expression;
  Slice slice;
  std::optional<match::Matcher> elements;  // of the whole document: {<name>: {$elemMatch: …}}
  bool computes = false;                   // a field lies here or below that may be made
  bool positional = false;                 // a positional path ends here or below

  const Tree* find(std::string_view field) const;
  bool makes() const {
    return kind == Kind::kComputed || kind == Kind::kMeta || kind == Kind::kElements;
  }
};

// Adds `path` to `root`. Error: Location31249/31250 where it meets a path that ends on the way, or
// the same path.
Status insert(Tree& root, std::string_view path, Tree leaf);

// Appends to `out` what the tree leaves of the evaluation's document. `index`: of the array element
// that the query matched. Error: Location51246 and 51247 where a positional path needs that and
// there is none.
Status project(const Tree& tree, Mode mode, expr::Evaluation& evaluation,
               std::optional<std::uint32_t> index, DocumentBuilder& out);

}  // namespace cairn::project
