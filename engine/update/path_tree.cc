#include "engine/update/path_tree.h"

#include "engine/bson/path.h"
#include "engine/update/rewrite.h"

#include <fmt/format.h>

#include <algorithm>

namespace cairn::update {
namespace {

// Far more than documents may nest.
constexpr std::size_t kMaxComponents = 256;

Status conflict(std::string_view path, std::string_view at) {
  return {ErrorCode::kConflictingUpdateOperators,
          fmt::format("Updating the path '{}' would create a conflict at '{}'", path, at)};
}

bool is_element_component(std::string_view component) {
  return component.starts_with("$[") && component.ends_with(']');
}

// "2" before "10", both before "a".
bool comes_before(std::string_view a, std::string_view b) {
  const std::int32_t first = parse_array_index(a);
  const std::int32_t second = parse_array_index(b);
  const bool both = first != FieldPath::kNotAnIndex && second != FieldPath::kNotAnIndex;
  return both ? first < second : a < b;
}

Status check_components(const FieldPath& parsed, std::string_view path) {
  if (parsed.size() > kMaxComponents) {
    return {location(10396001),
            fmt::format("Field paths cannot contain more than {} '.'", kMaxComponents - 1)};
  }
  int positional = 0;
  for (std::size_t i = 0; i < parsed.size(); ++i) {
    const std::string_view component = parsed.name(i);
    if (component.empty()) {
      return {
          ErrorCode::kEmptyFieldName,
          fmt::format("The update path '{}' contains an empty field name, which is not allowed.",
                      path)};
    }
    if (i == 0 && component == "$") {
      return {ErrorCode::kBadValue,
              fmt::format(
                  "Cannot have positional (i.e. '$') element in the first position in path '{}'",
                  path)};
    }
    if (i == 0 && is_element_component(component)) {
      return {ErrorCode::kBadValue,
              fmt::format("Cannot have array filter identifier (i.e. '$[<id>]') element in the "
                          "first position in path '{}'",
                          path)};
    }
    if (component == "$" && ++positional > 1) {
      return {ErrorCode::kBadValue,
              fmt::format("Too many positional (i.e. '$') elements found in path '{}'", path)};
    }
  }
  return Status();
}

}  // namespace

std::size_t PathTree::Node::find(std::string_view child) const {
  for (std::size_t i = 0; i < children.size(); ++i) {
    if (children[i].name == child) return i;
  }
  return children.size();
}

void PathTree::Node::insert(Node child) {
  const auto at = std::find_if(children.begin(), children.end(), [&](const Node& other) {
    return comes_before(child.name, other.name);
  });
  children.insert(at, std::move(child));
}

bool PathTree::Node::creates(const Application& application) const {
  if (modifier != nullptr) return modifier->creates(application);
  return std::any_of(children.begin(), children.end(),
                     [&](const Node& child) { return child.creates(application); });
}

Result<PathTree::Node*> PathTree::step(Node& node, std::string_view component,
                                       std::string_view prefix, std::string_view path) {
  const bool of_elements = is_element_component(component);
  if (node.modifier != nullptr || (!node.children.empty() && node.elements != of_elements)) {
    return conflict(path, node.path);
  }
  node.elements = of_elements;
  const ArrayFilters::Filter* filter = nullptr;
  if (of_elements && component != "$[]") {
    const std::string_view name = component.substr(2, component.size() - 3);
    filter = filters_.use(name);
    if (filter == nullptr) {
      return Status(
          ErrorCode::kBadValue,
          fmt::format("No array filter found for identifier '{}' in path '{}'", name, path));
    }
  }
  if (const std::size_t at = node.find(component); at < node.children.size()) {
    return &node.children[at];
  }
  Node child;
  child.name = component;
  child.path = prefix;
  child.filter = filter;
  node.insert(std::move(child));
  return &node.children[node.find(component)];
}

Status PathTree::add(std::string_view path, ModifierPtr modifier) {
  if (path.empty()) return {ErrorCode::kEmptyFieldName, "An empty update path is not valid."};
  const FieldPath parsed(path);
  CAIRN_RETURN_IF_ERROR(check_components(parsed, path));
  Node* node = &root_;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < parsed.size(); ++i) {
    const std::size_t end = begin + parsed.name(i).size();
    CAIRN_ASSIGN_OR_RETURN(node,
                           step(*node, path.substr(begin, end - begin), path.substr(0, end), path));
    begin = end + 1;
  }
  if (node->modifier != nullptr || !node->children.empty()) return conflict(path, path);
  node->modifier = modifier.get();
  if (modifier->checks()) checks_.push_back(modifier.get());
  modifiers_.push_back(std::move(modifier));
  return Status();
}

std::string_view PathTree::path_under(std::string_view name) const {
  const std::size_t at = root_.find(name);
  if (at == root_.children.size()) return name;
  const Node* node = &root_.children[at];
  while (!node->children.empty()) node = &node->children.front();
  return node->path;
}

Status PathTree::apply(DocumentView before, Application& application, std::string& out) const {
  for (const Modifier* modifier : checks_) {
    Status status = modifier->check(application);
    if (!status.ok()) return first_error(root_, before, application, std::move(status));
  }
  return rewrite(root_, before, application, out);
}

}  // namespace cairn::update
