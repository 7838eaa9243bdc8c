#include "engine/project/parser.h"

#include "engine/bson/path.h"
#include "engine/bson/shell_text.h"
#include "engine/expr/known_names.h"

#include <fmt/format.h>

namespace cairn::project {
namespace {

constexpr std::string_view kPositionalEnd = ".$";

Tree leaf_of(Tree::Kind kind) {
  Tree leaf;
  leaf.kind = kind;
  return leaf;
}

bool is_flag(ValueView value) { return value.is_number() || value.type() == BsonType::kBool; }

Status not_in_the_middle(std::string_view path) {
  if (path.find(".$.") == path.npos) return Status();
  return {location(31394),
          "As of 4.4, it's illegal to specify positional operator in the middle of a path."
          "Positional projection may only be used at the end, for example: a.b.$. If the query "
          "previously used a form like a.b.$.d, remove the parts following the '$' and the results "
          "will be equivalent."};
}

}  // namespace

Result<Mode> Parser::parse(DocumentView specification) {
  CAIRN_RETURN_IF_ERROR(fields(specification, ""));
  return finish();
}

Status Parser::fields(DocumentView specification, const std::string& prefix) {
  for (const Element& field : specification) {
    const std::string path =
        prefix.empty() ? std::string(field.name) : fmt::format("{}.{}", prefix, field.name);
    CAIRN_RETURN_IF_ERROR(not_in_the_middle(path));
    if (language_ == Language::kFind) {
      if (path.ends_with(kPositionalEnd)) {
        written_ = field.name;
        CAIRN_RETURN_IF_ERROR(positional(path, field.value));
        continue;
      }
    }
    if (language_ == Language::kAggregate && path.ends_with(kPositionalEnd)) {
      return {location(31324), "Cannot use positional projection in aggregation projection"};
    }
    CAIRN_RETURN_IF_ERROR(check_field_path(path));
    written_ = field.name;
    CAIRN_RETURN_IF_ERROR(one_field(path, field.value));
  }
  return Status();
}

Status Parser::one_field(const std::string& path, ValueView value) {
  if (is_flag(value)) return flag(path, value.truthy());
  if (!value.is_document()) return computed(path, value);
  const DocumentView document = value.as_document();
  if (document.empty()) {
    return {
        location(51270),
        fmt::format("An empty sub-projection is not a valid value. Found empty object at path {}",
                    path)};
  }
  const bool single = document.count() == 1;
  if (!single || !document.begin()->name.starts_with('$')) return fields(document, path);
  if (language_ == Language::kFind) return operators(path, document);
  if (document.begin()->name == "$meta") return meta(path, document);
  if (document.begin()->name == "$elemMatch") {
    return {ErrorCode::kInvalidPipelineOperator, "Cannot use $elemMatch in this context"};
  }
  return computed(path, value);
}

Status Parser::operators(const std::string& path, DocumentView document) {
  const Element field = *document.begin();
  if (field.name == "$slice") return slice(path, document.as_value());
  if (field.name == "$elemMatch") return elements(path, field.value);
  if (field.name == "$meta") return meta(path, document);
  return computed(path, document.as_value());
}

Status Parser::flag(const std::string& path, bool keep) {
  if (path == "_id") {
    if (id_ != Id::kUnsaid) return {location(31250), "Path collision at _id"};
    id_ = keep ? Id::kIncluded : Id::kExcluded;
    return Status();
  }
  CAIRN_RETURN_IF_ERROR(insert(tree_, path, leaf_of(Tree::Kind::kNamed)));
  return settle(keep ? Mode::kInclude : Mode::kExclude);
}

Status Parser::computed(const std::string& path, ValueView value) {
  if (value.is_document() && !expr::is_known_operator(value.as_document().begin()->name)) {
    return {location(31325),
            fmt::format("Unknown expression {}", value.as_document().begin()->name)};
  }
  Tree leaf = leaf_of(Tree::Kind::kComputed);
  CAIRN_ASSIGN_OR_RETURN(leaf.expression, expr::parse_expression(value, scope_));
  CAIRN_RETURN_IF_ERROR(insert(tree_, path, std::move(leaf)));
  if (mode_ == Mode::kExclude) {
    return {location(value.is_document() ? 31252 : 31310),
            fmt::format("Cannot use an expression {}: {} in an exclusion "
                        "projection",
                        path, to_json(value))};
  }
  return settle(Mode::kInclude);
}

Status Parser::positional(const std::string& path, ValueView value) {
  const std::string plain = path.substr(0, path.size() - kPositionalEnd.size());
  CAIRN_RETURN_IF_ERROR(check_field_path(plain));
  if (value.is_document()) {
    return {location(31271),
            "positional projection cannot be used with an expression or sub object"};
  }
  if (!is_flag(value)) {
    return {location(31308), "positional projection cannot be used with a literal"};
  }
  if (!value.truthy()) {
    return {location(31395), "positional projection cannot be used with exclusion"};
  }
  if (tree_.positional) {
    return {location(31276), "Cannot specify more than one positional projection per query."};
  }
  if (picked_) return {location(31256), "Cannot specify positional operator and $elemMatch."};
  CAIRN_RETURN_IF_ERROR(insert(tree_, plain, leaf_of(Tree::Kind::kPositional)));
  return settle(Mode::kInclude);
}

// What is no slice of `find` may be the expression of that name; `why` it is none.
Status Parser::expression_slice(const std::string& path, ValueView operators,
                                std::string_view why) {
  Status status = computed(path, operators);
  if (status.code() != location(28667)) return status;
  return {location(28667),
          fmt::format("Invalid $slice syntax. The given syntax {} did not match the find() "
                      "syntax because :: {} :: The given syntax did not match the expression "
                      "$slice syntax. :: caused by :: {}",
                      to_shell_text(operators), why, status.message())};
}

Status Parser::slice(const std::string& path, ValueView operators) {
  const ValueView argument = operators.as_document().begin()->value;
  const std::optional<Slice> parsed = Slice::parse(argument);
  if (!parsed) {
    return expression_slice(
        path, operators,
        argument.is_array()
            ? "Location31272: $slice array argument should be of form [skip, limit]"
            : "Location31273: $slice only supports numbers and [skip, limit] arrays");
  }
  Tree leaf = leaf_of(Tree::Kind::kSlice);
  leaf.slice = *parsed;
  sliced_ = true;
  const Status placed = insert(tree_, path, std::move(leaf));
  if (placed.ok()) return placed;
  const std::string why =
      fmt::format("Location{}: {}", static_cast<std::int32_t>(placed.code()), placed.message());
  return expression_slice(path, operators, why);
}

Status Parser::elements(const std::string& path, ValueView argument) {
  if (!argument.is_document()) {
    return {location(31274), fmt::format("elemMatch: Invalid argument, object required, but got {}",
                                         type_name(argument.type()))};
  }
  if (tree_.positional) {
    return {location(31255), "Cannot specify positional operator and $elemMatch."};
  }
  if (path.find('.') != path.npos) {
    return {location(31275), "Cannot use $elemMatch projection on a nested field."};
  }
  Tree leaf = leaf_of(Tree::Kind::kElements);
  const Document filter = document(path, document("$elemMatch", argument));
  CAIRN_ASSIGN_OR_RETURN(
      leaf.elements, match::Matcher::parse(filter, {.bindings = scope_.bindings(),
                                                    .collation = scope_.shared_collation(),
                                                    .allowed = {.near = false, .text = false}}));
  picked_ = true;
  return insert(tree_, path, std::move(leaf));
}

Status Parser::meta(const std::string& path, DocumentView operators) {
  shows_meta_ = true;
  Tree leaf = leaf_of(Tree::Kind::kMeta);
  CAIRN_ASSIGN_OR_RETURN(leaf.expression, expr::parse_expression(operators.as_value(), scope_));
  return insert(tree_, path, std::move(leaf));
}

Status Parser::settle(Mode mode) {
  if (!mode_) mode_ = mode;
  if (*mode_ == mode) return Status();
  if (mode == Mode::kInclude) {
    return {location(31253),
            fmt::format("Cannot do inclusion on field {} in exclusion projection", written_)};
  }
  return {location(31254),
          fmt::format("Cannot do exclusion on field {} in inclusion projection", written_)};
}

Result<Mode> Parser::finish() {
  if (!mode_ && id_ == Id::kIncluded) mode_ = Mode::kInclude;
  if (!mode_ && picked_ && !sliced_) mode_ = Mode::kInclude;
  if (!mode_ && shows_meta_ && language_ == Language::kAggregate) mode_ = Mode::kInclude;
  if (!mode_) mode_ = Mode::kExclude;
  if (*mode_ == Mode::kInclude && id_ == Id::kExcluded && tree_.find("_id") != nullptr) {
    return Status(location(31249), "Path collision at a path inside _id, which is left out");
  }
  const bool named = *mode_ == Mode::kInclude ? id_ != Id::kExcluded && tree_.find("_id") == nullptr
                                              : id_ == Id::kExcluded;
  if (named) CAIRN_RETURN_IF_ERROR(insert(tree_, "_id", leaf_of(Tree::Kind::kNamed)));
  return *mode_;
}

}  // namespace cairn::project
