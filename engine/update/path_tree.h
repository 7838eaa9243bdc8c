// PathTree: the paths of an update, merged, with a modifier at each end; and the walk that applies
// them all at once.
//
// A document is rewritten in one pass: fields in their order, then the fields that are new, names
// in lexicographic order and numbers in numeric order (as MongoDB does since 5.0). Bytes that no
// path touches are copied in runs, as they are.
//
// A component "$" stands for the number of the element that the query matched, "$[]" for every
// element of an array and "$[name]" for those that the array filter of that name selects. Where
// several of them meet in one element, what stands below them is merged.
#pragma once

#include "engine/bson/collation.h"
#include "engine/update/array_filters.h"
#include "engine/update/modifier.h"

#include <cstdint>
#include <string>
#include <vector>

namespace cairn::update {

class PathTree {
 public:
  explicit PathTree(ArrayFilters filters = {}, CollationPtr collation = nullptr)
      : filters_(std::move(filters)), collation_(std::move(collation)) {}

  // `path` outlives the tree. Errors: ConflictingUpdateOperators where a path meets another's end,
  // EmptyFieldName, BadValue for `$`, `$[]` and `$[name]` where they may not stand or stand for
  // nothing.
  Status add(std::string_view path, ModifierPtr modifier);
  bool empty() const { return root_.children.empty(); }
  const ArrayFilters& array_filters() const { return filters_; }
  // By which modifiers compare; lives as long as the tree.
  const CollationPtr& collation() const { return collation_; }

  // Writes the changed document to the end of `out`. Error: PathNotViable, and the modifiers' own.
  Status apply(DocumentView before, Application& application, std::string& out) const;

  struct Node;
  const Node& root() const { return root_; }

  // The first path here that begins with `name`, as written.
  std::string_view path_under(std::string_view name) const;

  struct Node {
    std::string_view name;                         // the last component
    std::string_view path;                         // from the root, as written
    const Modifier* modifier = nullptr;            // at the end of a path: no children
    bool elements = false;                         // its children are `$[]` and `$[name]`
    const ArrayFilters::Filter* filter = nullptr;  // of `$[name]`
    std::vector<Node> children;                    // "2" before "10", both before "a"

    // Its position among the children, or their number.
    std::size_t find(std::string_view child) const;
    // Puts a child in its place. REQUIRES: there is none of that name.
    void insert(Node child);
    bool creates(const Application& application) const;
  };

 private:
  Result<Node*> step(Node& node, std::string_view component, std::string_view prefix,
                     std::string_view path);

  Node root_;
  std::vector<ModifierPtr> modifiers_;
  std::vector<const Modifier*> checks_;
  ArrayFilters filters_;
  CollationPtr collation_;
};

}  // namespace cairn::update
