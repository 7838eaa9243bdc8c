#include "engine/project/projection.h"

#include "engine/bson/path.h"
#include "engine/expr/known_names.h"
#include "engine/project/tree.h"

#include <fmt/format.h>

#include <optional>

namespace cairn::project {

struct Projection::State {
  Tree tree;
  Mode mode = Mode::kInclude;
};

namespace {

// Reads a specification field by field; what a mode is, is known once the first field other than
// `_id` is seen.
class Parser {
 public:
  Parser(Language language, const expr::Scope& scope) : language_(language), scope_(scope) {}

  Status fields(DocumentView specification, const std::string& prefix) {
    for (const Element& field : specification) {
      const std::string path =
          prefix.empty() ? std::string(field.name) : fmt::format("{}.{}", prefix, field.name);
      CAIRN_RETURN_IF_ERROR(check_path(path));
      CAIRN_RETURN_IF_ERROR(one_field(path, field.value));
    }
    return Status();
  }

  Result<Mode> finish() {
    const Mode mode = mode_.value_or(id_ == Id::kExcluded ? Mode::kExclude : Mode::kInclude);
    if (mode == Mode::kInclude && id_ != Id::kExcluded && tree_.find("_id") == nullptr) {
      CAIRN_RETURN_IF_ERROR(insert(tree_, "_id", named()));
    }
    const bool id_inside = mode == Mode::kInclude && tree_.find("_id") != nullptr;
    if (id_ == Id::kExcluded && id_inside) {
      return Status(location(31249), "Path collision at a path inside _id, which is left out");
    }
    if (mode == Mode::kExclude && id_ == Id::kExcluded) {
      CAIRN_RETURN_IF_ERROR(insert(tree_, "_id", named()));
    }
    return mode;
  }

  Tree take() { return std::move(tree_); }

 private:
  enum class Id : std::uint8_t { kUnsaid, kIncluded, kExcluded };

  static Tree named() {
    Tree leaf;
    leaf.kind = Tree::Kind::kNamed;
    return leaf;
  }

  Status check_path(const std::string& path) const {
    if (path.ends_with(".$") || path == "$") {
      if (language_ == Language::kAggregate) {
        return {location(31324), "Cannot use positional projection in aggregation projection"};
      }
      return {ErrorCode::kNotImplemented,
              "the positional projection operator is not supported by Cairn yet"};
    }
    return check_field_path(path);
  }

  Status one_field(const std::string& path, ValueView value) {
    if (value.is_number() || value.type() == BsonType::kBool) return flag(path, value.truthy());
    if (!value.is_document()) return computed(path, value);
    const DocumentView document = value.as_document();
    if (document.empty()) {
      return {location(51270),
              fmt::format("An empty sub-projection is not a valid value. Found empty object at "
                          "path {}",
                          path)};
    }
    const std::string_view first = document.begin()->name;
    if (!first.starts_with('$')) return fields(document, path);
    if (document.count() > 1) return check_field_path(first);
    if (language_ == Language::kAggregate && first == "$elemMatch") {
      return {ErrorCode::kInvalidPipelineOperator,
              fmt::format("Cannot use {} in this context", first)};
    }
    if (language_ == Language::kFind &&
        (first == "$slice" || first == "$elemMatch" || first == "$meta")) {
      return {ErrorCode::kNotImplemented,
              fmt::format("projection operator {} is not supported by Cairn yet", first)};
    }
    return computed(path, value);
  }

  Status flag(const std::string& path, bool keep) {
    if (path == "_id") {
      if (id_ != Id::kUnsaid) return {location(31250), "Path collision at _id"};
      id_ = keep ? Id::kIncluded : Id::kExcluded;
      return Status();
    }
    CAIRN_RETURN_IF_ERROR(insert(tree_, path, named()));
    return settle(path, keep ? Mode::kInclude : Mode::kExclude);
  }

  Status computed(const std::string& path, ValueView value) {
    Tree leaf;
    leaf.kind = Tree::Kind::kComputed;
    CAIRN_ASSIGN_OR_RETURN(leaf.expression, parse(value));
    CAIRN_RETURN_IF_ERROR(insert(tree_, path, std::move(leaf)));
    if (mode_ == Mode::kExclude) {
      return {location(value.is_document() ? 31252 : 31310),
              fmt::format("Cannot use an expression {}: {} in an exclusion "
                          "projection",
                          path, to_json(value))};
    }
    return settle(path, Mode::kInclude);
  }

  Result<expr::ExpressionPtr> parse(ValueView value) const {
    if (value.is_document()) {
      const std::string_view name = value.as_document().begin()->name;
      if (!expr::is_known_operator(name)) {
        return Status(location(31325), fmt::format("Unknown expression {}", name));
      }
    }
    return expr::parse_expression(value, scope_);
  }

  Status settle(const std::string& path, Mode mode) {
    if (!mode_) mode_ = mode;
    if (*mode_ == mode) return Status();
    if (mode == Mode::kInclude) {
      return {location(31253),
              fmt::format("Cannot do inclusion on field {} in exclusion projection", path)};
    }
    return {location(31254),
            fmt::format("Cannot do exclusion on field {} in inclusion projection", path)};
  }

  Language language_;
  const expr::Scope& scope_;
  Tree tree_;
  std::optional<Mode> mode_;
  Id id_ = Id::kUnsaid;
};

}  // namespace

Projection::Projection() = default;
Projection::Projection(Projection&&) noexcept = default;
Projection& Projection::operator=(Projection&&) noexcept = default;
Projection::~Projection() = default;

Result<Projection> Projection::parse(DocumentView spec, Language language,
                                     const expr::Scope& scope) {
  Projection projection;
  if (spec.empty()) {
    if (language == Language::kFind) return projection;
    return Status(location(51272), "projection specification must have at least one field");
  }
  Parser parser(language, scope);
  CAIRN_RETURN_IF_ERROR(parser.fields(spec, ""));
  projection.state_ = std::make_unique<State>();
  CAIRN_ASSIGN_OR_RETURN(projection.state_->mode, parser.finish());
  projection.state_->tree = parser.take();
  return projection;
}

bool Projection::keeps_everything() const { return state_ == nullptr; }

bool Projection::only_id() const {
  if (state_ == nullptr || state_->mode != Mode::kInclude) return false;
  const auto& children = state_->tree.children;
  return children.size() == 1 && children[0].name == "_id" &&
         children[0].kind == Tree::Kind::kNamed;
}

Status Projection::apply(expr::Evaluation& evaluation, DocumentBuilder& out) const {
  if (state_ == nullptr) {
    out.append_all(evaluation.root());
    return Status();
  }
  return project(state_->tree, state_->mode, evaluation, out);
}

}  // namespace cairn::project
