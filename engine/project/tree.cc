#include "engine/project/tree.h"

#include "engine/bson/path.h"

#include <fmt/format.h>

namespace cairn::project {
namespace {

Status collision(std::string_view path, std::string_view remaining) {
  if (remaining.empty()) return {location(31250), fmt::format("Path collision at {}", path)};
  return {location(31249),
          fmt::format("Path collision at {} remaining portion {}", path, remaining)};
}

// The projection of one document; recursion is no deeper than the document.
class Walk {
 public:
  Walk(Mode mode, expr::Evaluation& evaluation, DocumentBuilder& out)
      : mode_(mode), evaluation_(evaluation), out_(out) {}

  Status document(const Tree& tree, DocumentView document) {
    for (const Element& field : document) {
      const Tree* child = tree.find(field.name);
      if (child == nullptr) {
        if (mode_ == Mode::kExclude) out_.append(field.name, field.value);
      } else if (child->kind == Tree::Kind::kNamed) {
        if (mode_ == Mode::kInclude) out_.append(field.name, field.value);
      } else if (child->kind == Tree::Kind::kBranch) {
        CAIRN_RETURN_IF_ERROR(branch(*child, field.name, field.value));
      }
    }
    return tree.computes ? computed(tree, document) : Status();
  }

 private:
  Status branch(const Tree& tree, std::string_view name, ValueView value) {
    if (value.is_document()) {
      out_.begin_document(name);
      CAIRN_RETURN_IF_ERROR(document(tree, value.as_document()));
      out_.end();
      return Status();
    }
    if (value.is_array()) {
      out_.begin_array(name);
      CAIRN_RETURN_IF_ERROR(elements(tree, value.as_document()));
      out_.end();
      return Status();
    }
    if (mode_ == Mode::kExclude) out_.append(name, value);
    if (mode_ == Mode::kInclude && tree.computes) return made(tree, name);
    return Status();
  }

  Status elements(const Tree& tree, DocumentView array) {
    for (const Element& element : array) {
      if (element.value.is_document()) {
        out_.push_document();
        CAIRN_RETURN_IF_ERROR(document(tree, element.value.as_document()));
        out_.end();
      } else if (element.value.is_array()) {
        out_.push_array();
        CAIRN_RETURN_IF_ERROR(elements(tree, element.value.as_document()));
        out_.end();
      } else if (mode_ == Mode::kExclude) {
        out_.push(element.value);
      } else if (tree.computes) {
        out_.push_document();
        CAIRN_RETURN_IF_ERROR(computed(tree, DocumentView()));
        out_.end();
      }
    }
    return Status();
  }

  // The computed fields of a document, behind those it has; branches that it lacks are made.
  Status computed(const Tree& tree, DocumentView document) {
    for (const Tree& child : tree.children) {
      if (!child.computes) continue;
      if (child.kind == Tree::Kind::kComputed) {
        CAIRN_ASSIGN_OR_RETURN(const ValueView value, child.expression->evaluate(evaluation_));
        out_.append(child.name, value);
      } else if (document.find(child.name).missing()) {
        CAIRN_RETURN_IF_ERROR(made(child, child.name));
      }
    }
    return Status();
  }

  Status made(const Tree& tree, std::string_view name) {
    out_.begin_document(name);
    CAIRN_RETURN_IF_ERROR(computed(tree, DocumentView()));
    out_.end();
    return Status();
  }

  Mode mode_;
  expr::Evaluation& evaluation_;
  DocumentBuilder& out_;
};

}  // namespace

const Tree* Tree::find(std::string_view field) const {
  for (const Tree& child : children) {
    if (child.name == field) return &child;
  }
  return nullptr;
}

Status insert(Tree& root, std::string_view path, Tree leaf) {
  const FieldPath parsed(path);
  Tree* at = &root;
  for (std::size_t i = 0; i < parsed.size(); ++i) {
    at->computes = at->computes || leaf.kind == Tree::Kind::kComputed;
    const bool last = i + 1 == parsed.size();
    auto* child = const_cast<Tree*>(at->find(parsed.name(i)));
    if (child == nullptr) {
      child = &at->children.emplace_back();
      child->name = parsed.name(i);
      if (last) {
        leaf.name = child->name;
        leaf.computes = leaf.kind == Tree::Kind::kComputed;
        *child = std::move(leaf);
        return Status();
      }
    } else if (last) {
      return collision(path, {});
    } else if (child->kind != Tree::Kind::kBranch) {
      return collision(path, parsed.suffix(i + 1));
    }
    at = child;
  }
  return Status();
}

Status project(const Tree& tree, Mode mode, expr::Evaluation& evaluation, DocumentBuilder& out) {
  return Walk(mode, evaluation, out).document(tree, evaluation.root());
}

}  // namespace cairn::project
