#include "engine/project/projection.h"

#include "engine/project/parser.h"

#include <optional>

namespace cairn::project {

struct Projection::State {
  expr::MetaUse metas;  // the tree borrows it
  Tree tree;
  Mode mode = Mode::kInclude;
};

Projection::Projection() = default;
Projection::Projection(Projection&&) noexcept = default;
Projection& Projection::operator=(Projection&&) noexcept = default;
Projection::~Projection() = default;

Result<std::unique_ptr<Projection::State>> Projection::parse_state(DocumentView spec,
                                                                   Language language,
                                                                   const expr::Scope& scope) {
  auto state = std::make_unique<State>();
  const expr::Scope noting(&scope, state->metas);
  Parser parser(language, language == Language::kFind ? noting : scope);
  CAIRN_ASSIGN_OR_RETURN(state->mode, parser.parse(spec));
  state->tree = parser.take();
  return state;
}

Result<Projection> Projection::parse(DocumentView spec, Language language,
                                     const expr::Scope& scope) {
  Projection projection;
  if (spec.empty()) {
    if (language == Language::kFind) return projection;
    return Status(location(51272), "projection specification must have at least one field");
  }
  auto state = parse_state(spec, language, scope);
  if (!state.ok() && language == Language::kFind && scope.folding() == expr::Folding::kEverywhere) {
    // As of pipelines: where the text is wrong, that is the error.
    auto text = parse_state(spec, language, scope.unfolded());
    return text.ok() ? state.take_status() : text.take_status();
  }
  if (!state.ok()) return state.take_status();
  projection.state_ = std::move(*state);
  return projection;
}

bool Projection::keeps_everything() const { return state_ == nullptr; }
bool Projection::is_positional() const { return state_ != nullptr && state_->tree.positional; }
Status Projection::check_filter(DocumentView filter, const expr::Surroundings& around) const {
  if (!is_positional()) return Status();
  return match::Matcher::parse(filter, {.bindings = &around.bindings,
                                        .collation = around.collation,
                                        .allowed = match::kOfElements})
      .status();
}

bool Projection::only_id() const {
  if (state_ == nullptr || state_->mode != Mode::kInclude) return false;
  const auto& children = state_->tree.children;
  return children.size() == 1 && children[0].name == "_id" &&
         children[0].kind == Tree::Kind::kNamed;
}

namespace {

bool list_paths(const Tree& tree, const std::string& prefix, std::vector<FieldPath>& fields) {
  for (const Tree& child : tree.children) {
    const std::string path = prefix + child.name;
    if (child.kind == Tree::Kind::kNamed) {
      fields.emplace_back(path);
    } else if (child.kind != Tree::Kind::kBranch || !list_paths(child, path + ".", fields)) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::optional<std::vector<FieldPath>> Projection::kept_fields() const {
  if (state_ == nullptr || state_->mode != Mode::kInclude || state_->metas.asks_anything()) {
    return std::nullopt;
  }
  std::vector<FieldPath> fields;
  if (!list_paths(state_->tree, {}, fields)) return std::nullopt;
  return fields;
}

const expr::MetaUse& Projection::metas() const {
  static const expr::MetaUse kNone;
  return state_ == nullptr ? kNone : state_->metas;
}

Status Projection::apply(expr::Evaluation& evaluation, DocumentBuilder& out,
                         const match::Matcher* matcher) const {
  if (state_ == nullptr) {
    out.append_all(evaluation.root());
    return Status();
  }
  std::optional<std::uint32_t> index;
  if (state_->tree.positional && matcher != nullptr) {
    CAIRN_ASSIGN_OR_RETURN(index, matcher->matched_array_index(evaluation.root()));
  }
  return project(state_->tree, state_->mode, evaluation, index, out);
}

}  // namespace cairn::project
