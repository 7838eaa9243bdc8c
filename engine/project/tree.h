// The tree of a projection's paths: what becomes of each field, and of the fields inside it.
#pragma once

#include "engine/expr/expression.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <string>
#include <string_view>
#include <vector>

namespace cairn::project {

enum class Mode : std::uint8_t { kInclude, kExclude };

struct Tree {
  enum class Kind : std::uint8_t {
    kBranch,    // decided by `children`
    kNamed,     // the path ends here: kept or dropped, by the projection's mode
    kComputed,  // the path ends here: the value of `expression`
  };
  Kind kind = Kind::kBranch;
  std::string name;
  std::vector<Tree> children;  // in the order of the specification
  expr::ExpressionPtr expression;
  bool computes = false;  // a computed field lies here or below

  const Tree* find(std::string_view field) const;
};

// Adds `path` to `root`. Error: Location31249/31250 where it meets a path that ends on the way, or
// the same path.
Status insert(Tree& root, std::string_view path, Tree leaf);

// Appends to `out` what the tree leaves of the evaluation's document.
Status project(const Tree& tree, Mode mode, expr::Evaluation& evaluation, DocumentBuilder& out);

}  // namespace cairn::project
