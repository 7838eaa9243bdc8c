// PathTree: the paths of an update, merged, with a modifier at each end; and the walk that applies
// them all at once.
//
// A document is rewritten in one pass: fields in their order, then the fields that are new, names
// in lexicographic order and numbers in numeric order (as MongoDB does since 5.0). Bytes that no
// path touches are copied as they are.
#pragma once

#include "engine/update/modifier.h"

#include <map>
#include <string>

namespace cairn::update {

// "2" before "10", both before "a".
struct ComponentOrder {
  bool operator()(std::string_view a, std::string_view b) const;
  using is_transparent = void;
};

class PathTree {
 public:
  // Errors: ConflictingUpdateOperators where a path meets another's end, EmptyFieldName,
  // DollarPrefixedFieldName.
  Status add(std::string_view path, ModifierPtr modifier);
  bool empty() const { return root_.children.empty(); }

  // Writes the changed document to `out`, which is open. Error: PathNotViable, and the modifiers'
  // own.
  Status apply(DocumentView before, Application& application, DocumentBuilder& out) const;

 private:
  struct Node {
    std::map<std::string, Node, ComponentOrder> children;
    ModifierPtr modifier;  // at the end of a path: no children
    std::string path;
    bool creates(const Application& application) const;
    // The first modifier here or below that minds a path as `reach` says, or nullptr.
    const Node* find(Reach reach) const;
  };
  class Walk;

  Node root_;
};

}  // namespace cairn::update
