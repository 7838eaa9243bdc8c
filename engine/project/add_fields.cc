#include "engine/project/add_fields.h"

#include "engine/bson/path.h"
#include "engine/project/tree.h"

#include <fmt/format.h>

#include <array>
#include <string>
#include <vector>

namespace cairn::project {
namespace {

// Which children of a tree a document has; on the stack where they are few.
class Seen {
 public:
  explicit Seen(std::size_t children) {
    if (children > few_.size()) many_.resize(children);
  }
  void set(std::size_t i) { (many_.empty() ? few_[i] : many_[i]) = 1; }
  bool has(std::size_t i) const { return (many_.empty() ? few_[i] : many_[i]) != 0; }

 private:
  std::array<std::uint8_t, 32> few_{};
  std::vector<std::uint8_t> many_;
};

// The walk over one document; recursion is no deeper than the specification.
class Adding {
 public:
  Adding(expr::Evaluation& evaluation, DocumentBuilder& out) : evaluation_(evaluation), out_(out) {}

  Status document(const Tree& tree, DocumentView document) {
    Seen seen(tree.children.size());
    for (const Element& field : document) {
      const Tree* child = tree.find(field.name);
      if (child == nullptr) {
        out_.append(field.name, field.value);
        continue;
      }
      seen.set(static_cast<std::size_t>(child - tree.children.data()));
      CAIRN_RETURN_IF_ERROR(replaced(*child, field));
    }
    for (std::size_t i = 0; i < tree.children.size(); ++i) {
      if (!seen.has(i)) CAIRN_RETURN_IF_ERROR(made(tree.children[i]));
    }
    return Status();
  }

 private:
  Status replaced(const Tree& tree, const Element& field) {
    if (tree.kind == Tree::Kind::kComputed) return made(tree);
    if (field.value.is_array()) {
      out_.begin_array(field.name);
      CAIRN_RETURN_IF_ERROR(elements(tree, field.value.as_document()));
    } else {
      out_.begin_document(field.name);
      CAIRN_RETURN_IF_ERROR(inside(tree, field.value));
    }
    out_.end();
    return Status();
  }

  // What is not a document becomes one.
  Status inside(const Tree& tree, ValueView value) {
    return document(tree, value.is_document() ? value.as_document() : DocumentView());
  }

  Status elements(const Tree& tree, DocumentView array) {
    for (const Element& element : array) {
      if (element.value.is_array()) {
        out_.push_array();
        CAIRN_RETURN_IF_ERROR(elements(tree, element.value.as_document()));
      } else {
        out_.push_document();
        CAIRN_RETURN_IF_ERROR(inside(tree, element.value));
      }
      out_.end();
    }
    return Status();
  }

  Status made(const Tree& tree) {
    if (tree.kind == Tree::Kind::kComputed) {
      CAIRN_ASSIGN_OR_RETURN(const ValueView value, tree.expression->evaluate(evaluation_));
      out_.append(tree.name, value);
      return Status();
    }
    out_.begin_document(tree.name);
    CAIRN_RETURN_IF_ERROR(document(tree, DocumentView()));
    out_.end();
    return Status();
  }

  expr::Evaluation& evaluation_;
  DocumentBuilder& out_;
};

class AddFields final : public Transformation {
 public:
  explicit AddFields(Tree tree) : tree_(std::move(tree)) {}

  Result<DocumentView> apply(expr::Evaluation& evaluation, std::string& buffer) const override {
    buffer.clear();
    DocumentBuilder builder(buffer);
    CAIRN_RETURN_IF_ERROR(Adding(evaluation, builder).document(tree_, evaluation.root()));
    builder.finish();
    return DocumentView(reinterpret_cast<const std::uint8_t*>(buffer.data()));
  }

 private:
  Tree tree_;
};

class FieldsParser {
 public:
  FieldsParser(DocumentView specification, const expr::Scope& scope)
      : specification_(specification), scope_(scope) {}

  Result<Tree> parse() {
    for (const Element& field : specification_) {
      CAIRN_RETURN_IF_ERROR(check_field_path(field.name));
      CAIRN_RETURN_IF_ERROR(one_field(std::string(field.name), field));
    }
    return std::move(tree_);
  }

 private:
  Status one_field(const std::string& path, const Element& field) {
    if (!field.value.is_document() || field.value.as_document().empty()) {
      return computed(path, field.value);
    }
    const DocumentView document = field.value.as_document();
    for (const Element& inner : document) {
      if (!inner.name.starts_with('$')) continue;
      if (document.count() == 1) return computed(path, field.value);
      return {location(40181),
              fmt::format("an expression specification must contain exactly one field, the name of "
                          "the expression. Found {} fields in {}",
                          document.count(), to_json(document))};
    }
    for (const Element& inner : document) {
      if (inner.name.find('.') != std::string_view::npos) {
        return {location(40183), fmt::format("cannot use dotted field name '{}' in a sub object: "
                                             "{}",
                                             inner.name, to_json(document))};
      }
      CAIRN_RETURN_IF_ERROR(check_field_path(inner.name));
      CAIRN_RETURN_IF_ERROR(one_field(fmt::format("{}.{}", path, inner.name), inner));
    }
    return Status();
  }

  Status computed(const std::string& path, ValueView value) {
    Tree leaf;
    leaf.kind = Tree::Kind::kComputed;
    CAIRN_ASSIGN_OR_RETURN(leaf.expression, expr::parse_expression(value, scope_));
    CAIRN_RETURN_IF_ERROR(check_no_conflict(path));
    return insert(tree_, path, std::move(leaf));
  }

  // No path may end where another ends or goes on.
  Status check_no_conflict(std::string_view path) const {
    const FieldPath parsed(path);
    const Tree* at = &tree_;
    for (std::size_t i = 0; i < parsed.size(); ++i) {
      at = at->find(parsed.name(i));
      if (at == nullptr) return Status();
      if (at->kind == Tree::Kind::kComputed) return conflict(path, parsed.prefix(i + 1));
    }
    return conflict(path, fmt::format("{}.{}", path, at->children.front().name));
  }

  Status conflict(std::string_view path, std::string_view other) const {
    return {location(40176),
            fmt::format("specification contains two conflicting paths. Cannot specify both '{}' "
                        "and '{}': {}",
                        path, other, to_json(specification_))};
  }

  DocumentView specification_;
  const expr::Scope& scope_;
  Tree tree_;
};

}  // namespace

Result<TransformationPtr> add_fields(DocumentView specification, const expr::Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(Tree tree, FieldsParser(specification, scope).parse());
  return TransformationPtr(std::make_unique<AddFields>(std::move(tree)));
}

}  // namespace cairn::project
