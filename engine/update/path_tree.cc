#include "engine/update/path_tree.h"

#include "engine/bson/path.h"
#include "engine/match/matcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace cairn::update {
namespace {

// How far behind an array's end an element may be set; those between become null.
constexpr std::int32_t kMaxPadding = 1'500'000;

Status check_component(std::string_view component, std::string_view path) {
  if (component.empty()) {
    return {ErrorCode::kEmptyFieldName,
            fmt::format("The update path '{}' contains an empty field name, which is not allowed.",
                        path)};
  }
  if (component.starts_with("$[")) {
    return {ErrorCode::kNotImplemented,
            fmt::format("array updates by '{}' are not supported by Cairn yet", component)};
  }
  if (component.starts_with('$') && component != "$") {
    return {ErrorCode::kDollarPrefixedFieldName,
            fmt::format("The dollar ($) prefixed field '{}' in '{}' is not allowed in the context "
                        "of an update's path.",
                        component, path)};
  }
  return Status();
}

Status conflict(std::string_view path, std::string_view at) {
  return {ErrorCode::kConflictingUpdateOperators,
          fmt::format("Updating the path '{}' would create a conflict at '{}'", path, at)};
}

Status not_viable(std::string_view child, std::string_view name, ValueView value) {
  return {ErrorCode::kPathNotViable, fmt::format("Cannot create field '{}' in element {{{}: {}}}",
                                                 child, name, to_json(value))};
}

Status not_traversable(std::string_view part, std::string_view path, std::string_view name,
                       ValueView value) {
  return {ErrorCode::kPathNotViable,
          fmt::format("Cannot use the part ({}) of ({}) to traverse the element ({{{}: {}}})", part,
                      path, name, to_json(value))};
}

}  // namespace

bool ComponentOrder::operator()(std::string_view a, std::string_view b) const {
  const std::int32_t first = parse_array_index(a);
  const std::int32_t second = parse_array_index(b);
  const bool both = first != FieldPath::kNotAnIndex && second != FieldPath::kNotAnIndex;
  return both ? first < second : a < b;
}

bool PathTree::Node::creates(const Application& application) const {
  if (modifier != nullptr) return modifier->creates(application);
  return std::any_of(children.begin(), children.end(),
                     [&](const auto& child) { return child.second.creates(application); });
}

const PathTree::Node* PathTree::Node::find(Reach reach) const {
  if (modifier != nullptr) return modifier->reach() == reach ? this : nullptr;
  for (const auto& [name, child] : children) {
    if (const Node* found = child.find(reach)) return found;
  }
  return nullptr;
}

Status PathTree::add(std::string_view path, ModifierPtr modifier) {
  if (path.empty()) return {ErrorCode::kEmptyFieldName, "An empty update path is not valid."};
  const FieldPath parsed(path);
  Node* node = &root_;
  for (std::size_t i = 0; i < parsed.size(); ++i) {
    CAIRN_RETURN_IF_ERROR(check_component(parsed.name(i), path));
    if (node->modifier != nullptr) return conflict(path, node->path);
    node = &node->children[std::string(parsed.name(i))];
    node->path = parsed.prefix(i + 1);
  }
  if (node->modifier != nullptr || !node->children.empty()) return conflict(path, path);
  node->modifier = std::move(modifier);
  return Status();
}

class PathTree::Walk {
 public:
  Walk(Application& application, DocumentBuilder& out) : application_(application), out_(out) {}

  Status document(const Node& node, DocumentView document) {
    for (const Element& field : document) {
      const auto child = node.children.find(field.name);
      if (child == node.children.end()) {
        out_.append(field.name, field.value);
      } else {
        CAIRN_RETURN_IF_ERROR(existing(child->second, field.name, field.value, false));
      }
    }
    for (const auto& [name, child] : node.children) {
      if (document.find(name).missing()) CAIRN_RETURN_IF_ERROR(absent(child, name));
    }
    return Status();
  }

 private:
  Status existing(const Node& node, std::string_view name, ValueView value, bool in_array) {
    if (node.modifier != nullptr) return changed(node, name, value, in_array);
    if (value.is_document()) {
      out_.begin_document(name);
      CAIRN_RETURN_IF_ERROR(document(node, value.as_document()));
      out_.end();
      return Status();
    }
    if (value.is_array()) {
      out_.begin_array(name);
      CAIRN_RETURN_IF_ERROR(array(node, name, value));
      out_.end();
      return Status();
    }
    for (const auto& [child_name, child] : node.children) {
      CAIRN_RETURN_IF_ERROR(stopped(child, child_name, name, value));
    }
    out_.append(name, value);
    return Status();
  }

  // The path of `node` ends at `value`, which has no fields or elements of that name.
  Status stopped(const Node& node, std::string_view part, std::string_view name,
                 ValueView value) const {
    if (node.creates(application_)) return not_viable(part, name, value);
    for (const Reach reach : {Reach::kStrict, Reach::kNoArrays}) {
      if (const Node* end = node.find(reach)) return not_traversable(part, end->path, name, value);
    }
    return Status();
  }

  Status changed(const Node& node, std::string_view name, ValueView value, bool in_array) {
    CAIRN_ASSIGN_OR_RETURN(const Effect effect,
                           node.modifier->apply(value, node.path, application_));
    if (effect.kind == Effect::Kind::kKeep) out_.append(name, value);
    if (effect.kind == Effect::Kind::kSet) out_.append(name, effect.value);
    if (effect.kind == Effect::Kind::kRemove && in_array) out_.append_null(name);
    return Status();
  }

  struct Indexed {
    std::int32_t index;
    const Node* node;
  };

  Status array(const Node& node, std::string_view name, ValueView value) {
    if (const Node* renamed = node.find(Reach::kNoArrays)) {
      return {ErrorCode::kBadValue,
              fmt::format("The source field cannot be an array element, '{}' in doc with {} has an "
                          "array field called '{}'",
                          renamed->path, application_.document_id(), name)};
    }
    std::vector<Indexed> targets;
    CAIRN_RETURN_IF_ERROR(resolve(node, name, value, targets));
    std::int32_t index = 0;
    auto target = targets.begin();
    for (const Element& element : value.as_document()) {
      if (target != targets.end() && target->index == index) {
        CAIRN_RETURN_IF_ERROR(existing(*target->node, element.name, element.value, true));
        ++target;
      } else {
        out_.append(element.name, element.value);
      }
      ++index;
    }
    for (; target != targets.end(); ++target) {
      if (!target->node->creates(application_)) continue;
      if (target->index - index > kMaxPadding) {
        return {ErrorCode::kCannotBackfillArray, "can't backfill more than 1500000 elements"};
      }
      for (; index < target->index; ++index) out_.append_null(std::to_string(index));
      CAIRN_RETURN_IF_ERROR(absent(*target->node, std::to_string(index)));
      ++index;
    }
    return Status();
  }

  // The elements that the node's children name, ascending.
  Status resolve(const Node& node, std::string_view name, ValueView value,
                 std::vector<Indexed>& targets) {
    for (const auto& [child_name, child] : node.children) {
      std::int32_t index = parse_array_index(child_name);
      if (child_name == "$") {
        CAIRN_ASSIGN_OR_RETURN(index, positional(child));
      }
      if (index != FieldPath::kNotAnIndex) {
        targets.push_back({index, &child});
      } else {
        CAIRN_RETURN_IF_ERROR(stopped(child, child_name, name, value));
      }
    }
    std::sort(targets.begin(), targets.end(),
              [](const Indexed& a, const Indexed& b) { return a.index < b.index; });
    return Status();
  }

  Result<std::int32_t> positional(const Node& node) const {
    std::optional<std::uint32_t> index;
    if (application_.context->matcher != nullptr && !application_.inserting) {
      index = application_.context->matcher->matched_array_index(application_.before);
    }
    if (index) return static_cast<std::int32_t>(*index);
    return Status(ErrorCode::kBadValue,
                  fmt::format("The positional operator did not find the match needed from the "
                              "query. Unexpanded update: {}",
                              node.path));
  }

  Status absent(const Node& node, std::string_view name) {
    if (!node.creates(application_)) return Status();
    if (name == "$") return positional(node).status();
    if (node.modifier != nullptr) {
      CAIRN_ASSIGN_OR_RETURN(const Effect effect,
                             node.modifier->apply(ValueView(), node.path, application_));
      if (effect.kind == Effect::Kind::kSet) out_.append(name, effect.value);
      return Status();
    }
    out_.begin_document(name);
    for (const auto& [child_name, child] : node.children) {
      CAIRN_RETURN_IF_ERROR(absent(child, child_name));
    }
    out_.end();
    return Status();
  }

  Application& application_;
  DocumentBuilder& out_;
};

Status PathTree::apply(DocumentView before, Application& application, DocumentBuilder& out) const {
  return Walk(application, out).document(root_, before);
}

}  // namespace cairn::update
