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
  Walk(Mode mode, expr::Evaluation& evaluation, std::optional<std::uint32_t> index,
       DocumentBuilder& out)
      : mode_(mode), evaluation_(evaluation), index_(index), out_(out) {}

  Status document(const Tree& tree, DocumentView document) {
    for (const Element& field : document) {
      const Tree* child = tree.find(field.name);
      if (child == nullptr) {
        if (mode_ == Mode::kExclude) out_.append(field.name, field.value);
      } else {
        CAIRN_RETURN_IF_ERROR(this->field(*child, field));
      }
    }
    return tree.computes ? computed(tree, document) : Status();
  }

 private:
  using enum Tree::Kind;

  Status field(const Tree& tree, const Element& field) {
    switch (tree.kind) {
      case kBranch:
        return branch(tree, field.name, field.value);
      case kNamed:
        if (mode_ == Mode::kInclude) out_.append(field.name, field.value);
        return Status();
      case kSlice:
        sliced(tree, field);
        return Status();
      case kPositional:
        if (field.value.is_array() && !crossed_) return matched_element(tree, field);
        out_.append(field.name, field.value);
        return Status();
      case kElements:
        if (mode_ == Mode::kExclude) CAIRN_RETURN_IF_ERROR(first_element(tree));
        return Status();
      case kComputed:
      case kMeta:
        return Status();
    }
    return Status();
  }

  Status branch(const Tree& tree, std::string_view name, ValueView value) {
    if (value.is_document()) {
      out_.begin_document(name);
      CAIRN_RETURN_IF_ERROR(document(tree, value.as_document()));
      out_.end();
      return Status();
    }
    if (value.is_array()) {
      if (tree.positional && !crossed_) return matched_element(tree, {name, value});
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
    for (const Element& element : array) CAIRN_RETURN_IF_ERROR(this->element(tree, element.value));
    return Status();
  }

  Status element(const Tree& tree, ValueView value) {
    if (value.is_document()) {
      out_.push_document();
      CAIRN_RETURN_IF_ERROR(document(tree, value.as_document()));
      out_.end();
    } else if (value.is_array()) {
      out_.push_array();
      CAIRN_RETURN_IF_ERROR(elements(tree, value.as_document()));
      out_.end();
    } else if (mode_ == Mode::kExclude) {
      out_.push(value);
    } else if (tree.computes) {
      out_.push_document();
      CAIRN_RETURN_IF_ERROR(computed(tree, DocumentView()));
      out_.end();
    }
    return Status();
  }

  void sliced(const Tree& tree, const Element& field) {
    if (!field.value.is_array()) {
      out_.append(field.name, field.value);
      return;
    }
    out_.begin_array(field.name);
    tree.slice.apply(field.value.as_document(), out_);
    out_.end();
  }

  // Of the first array on a positional path.
  Status matched_element(const Tree& tree, const Element& field) {
    if (!index_) {
      return {location(51246),
              "positional operator '.$' couldn't find a matching element in the array"};
    }
    std::uint32_t left = *index_;
    for (const Element& element : field.value.as_document()) {
      if (left-- > 0) continue;
      crossed_ = true;
      out_.begin_array(field.name);
      if (tree.kind == kPositional) {
        out_.push(element.value);
      } else {
        CAIRN_RETURN_IF_ERROR(this->element(tree, element.value));
      }
      out_.end();
      crossed_ = false;
      return Status();
    }
    return {location(51247), "positional operator '.$' element mismatch"};
  }

  Status first_element(const Tree& tree) {
    CAIRN_ASSIGN_OR_RETURN(const auto index,
                           tree.elements->matched_array_index(evaluation_.root()));
    if (!index) return Status();
    std::uint32_t left = *index;
    for (const Element& element : evaluation_.root().find(tree.name).as_document()) {
      if (left-- > 0) continue;
      out_.begin_array(tree.name).push(element.value).end();
      break;
    }
    return Status();
  }

  // The fields of a document that are made, behind those it has; branches that it lacks are made.
  Status computed(const Tree& tree, DocumentView document) {
    for (const Tree& child : tree.children) {
      if (!child.computes) continue;
      if (child.kind == kComputed || child.kind == kMeta) {
        CAIRN_ASSIGN_OR_RETURN(const ValueView value, child.expression->evaluate(evaluation_));
        out_.append(child.name, value);
      } else if (child.kind == kElements) {
        if (mode_ == Mode::kInclude) CAIRN_RETURN_IF_ERROR(first_element(child));
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
  std::optional<std::uint32_t> index_;
  bool crossed_ = false;  // inside the array that a positional path is about
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
    at->computes = at->computes || leaf.makes();
    at->positional = at->positional || leaf.kind == Tree::Kind::kPositional;
    const bool last = i + 1 == parsed.size();
    auto* child = const_cast<Tree*>(at->find(parsed.name(i)));
    if (child == nullptr) {
      child = &at->children.emplace_back();
      child->name = parsed.name(i);
      if (last) {
        leaf.name = child->name;
        leaf.computes = leaf.makes();
        leaf.positional = leaf.kind == Tree::Kind::kPositional;
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

Status project(const Tree& tree, Mode mode, expr::Evaluation& evaluation,
               std::optional<std::uint32_t> index, DocumentBuilder& out) {
  return Walk(mode, evaluation, index, out).document(tree, evaluation.root());
}

}  // namespace cairn::project
