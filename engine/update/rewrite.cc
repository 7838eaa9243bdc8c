#include "engine/update/rewrite.h"

#include "engine/bson/path.h"
#include "engine/bson/shell_text.h"
#include "engine/match/matcher.h"
#include "engine/update/document_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <forward_list>
#include <optional>

namespace cairn::update {
namespace {

using Node = PathTree::Node;

// How far behind an array's end an element may be set; those between become null.
constexpr std::int32_t kMaxPadding = 1'500'000;

// Which of a node's children were met in a document; allocates only where there are very many.
class Met {
 public:
  explicit Met(std::size_t children) {
    if (children > 64) many_.resize(children);
  }
  // False: it was met before.
  bool insert(std::size_t child) {
    if (has(child)) return false;
    if (many_.empty()) {
      few_ |= std::uint64_t{1} << child;
    } else {
      many_[child] = true;
    }
    return true;
  }
  bool has(std::size_t child) const {
    return many_.empty() ? (few_ >> child & 1) != 0 : static_cast<bool>(many_[child]);
  }

 private:
  std::uint64_t few_ = 0;
  std::vector<bool> many_;
};

// The element that a component addresses in an array; unlike filters, updates take "01" for 1.
std::int32_t element_number(std::string_view component) {
  std::int32_t number = 0;
  const char* end = component.data() + component.size();
  const auto [at, error] = std::from_chars(component.data(), end, number);
  const bool all = error == std::errc() && at == end && component.front() != '-';
  return all ? number : FieldPath::kNotAnIndex;
}

Status not_viable(std::string_view child, std::string_view name, ValueView value) {
  return {ErrorCode::kPathNotViable, fmt::format("Cannot create field '{}' in element {{{}: {}}}",
                                                 child, name, to_shell_text(value))};
}

Status not_traversable(std::string_view part, std::string_view path, std::string_view name,
                       ValueView value) {
  return {ErrorCode::kPathNotViable,
          fmt::format("Cannot use the part ({}) of ({}) to traverse the element ({{{}: {}}})", part,
                      path, name, to_shell_text(value))};
}

// What both ask, at the same element. Error: ConflictingUpdateOperators where one ends in the
// other.
Result<Node> merge(const Node& a, const Node& b, const Place& place) {
  if (a.modifier != nullptr || b.modifier != nullptr || a.elements != b.elements) {
    return Status(ErrorCode::kConflictingUpdateOperators,
                  fmt::format("Update created a conflict at '{}'", place.path()));
  }
  Node merged = a;
  for (const Node& child : b.children) {
    const std::size_t at = merged.find(child.name);
    if (at == merged.children.size()) {
      merged.insert(child);
      continue;
    }
    const Place below{&place, child.name};
    CAIRN_ASSIGN_OR_RETURN(merged.children[at], merge(merged.children[at], child, below));
  }
  return merged;
}

Status no_array(const Place& place) {
  return {ErrorCode::kBadValue,
          fmt::format("The path '{}' must exist in the document in order to apply array updates.",
                      place.path())};
}

class Walk {
 public:
  Walk(Application& application, std::string& out) : application_(application), writer_(out) {}

  Status document(const Node& node, DocumentView document, const Place& place) {
    const DocumentWriter::Level level = writer_.open();
    CAIRN_RETURN_IF_ERROR(fields(node, document, place));
    writer_.close(level);
    return Status();
  }

 private:
  Status fields(const Node& node, DocumentView document, const Place& place) {
    Node resolved;
    const Node* asked = &node;
    CAIRN_RETURN_IF_ERROR(resolve(asked, resolved, place));
    Met met(asked->children.size());
    std::size_t left = asked->children.size();
    const std::uint8_t* copied = document.data() + 4;
    for (const Element& field : document) {
      if (left == 0) break;
      const std::size_t at = asked->find(field.name);
      if (at == asked->children.size() || !met.insert(at)) continue;
      --left;
      writer_.copy(copied, field_begin(field));
      CAIRN_RETURN_IF_ERROR(
          existing(asked->children[at], field.value, {&place, field.name}, In::kDocument));
      copied = field_end(field);
    }
    writer_.copy(copied, document.data() + document.size() - 1);
    for (std::size_t i = 0; left > 0 && i < asked->children.size(); ++i) {
      if (met.has(i)) continue;
      CAIRN_RETURN_IF_ERROR(absent(asked->children[i], {&place, asked->children[i].name}));
    }
    return Status();
  }

  // Puts the matched element's number in the place of a child "$".
  Status resolve(const Node*& node, Node& resolved, const Place& place) {
    const std::size_t at = node->find("$");
    if (at == node->children.size()) return Status();
    std::optional<std::uint32_t> index;
    if (application_.context->matcher != nullptr && !application_.inserting) {
      CAIRN_ASSIGN_OR_RETURN(
          index, application_.context->matcher->matched_array_index(application_.before));
    }
    if (!index) {
      return {ErrorCode::kBadValue,
              "The positional operator did not find the match needed from the query."};
    }
    resolved = *node;
    Node positional = std::move(resolved.children[at]);
    resolved.children.erase(resolved.children.begin() + static_cast<std::ptrdiff_t>(at));
    positional.name = numbers_.emplace_front(std::to_string(*index));
    const std::size_t other = resolved.find(positional.name);
    if (other == resolved.children.size()) {
      resolved.insert(std::move(positional));
    } else {
      CAIRN_ASSIGN_OR_RETURN(resolved.children[other], merge(resolved.children[other], positional,
                                                             {&place, positional.name}));
    }
    node = &resolved;
    return Status();
  }

  enum class In : std::uint8_t { kDocument, kArray };

  Status existing(const Node& node, ValueView value, const Place& place, In in) {
    if (node.modifier != nullptr) return changed(node, value, place, in);
    if (value.is_document() && !node.elements) {
      const DocumentWriter::Level level = writer_.open(BsonType::kDocument, place.name);
      CAIRN_RETURN_IF_ERROR(fields(node, value.as_document(), place));
      writer_.close(level);
      return Status();
    }
    if (value.is_array()) {
      const DocumentWriter::Level level = writer_.open(BsonType::kArray, place.name);
      CAIRN_RETURN_IF_ERROR(node.elements ? selected(node, value.as_document(), place)
                                          : numbered(node, value, place));
      writer_.close(level);
      return Status();
    }
    if (node.elements) {
      return {ErrorCode::kBadValue,
              fmt::format("Cannot apply array updates to non-array element {}: {}", place.name,
                          to_shell_text(value))};
    }
    Node resolved;
    const Node* asked = &node;
    CAIRN_RETURN_IF_ERROR(resolve(asked, resolved, place));
    for (const Node& child : asked->children) {
      CAIRN_RETURN_IF_ERROR(stopped(child, value, place));
    }
    writer_.append(place.name, value);
    return Status();
  }

  // `value` has no field or element of the child's name, and can have none.
  Status stopped(const Node& child, ValueView value, const Place& place) const {
    return stopped_at(child, child, value, place, {&place, child.name});
  }

  // The first below `node` that minds decides.
  Status stopped_at(const Node& child, const Node& node, ValueView value, const Place& place,
                    const Place& here) const {
    if (node.elements) return no_array(here);
    if (node.modifier == nullptr) {
      for (const Node& below : node.children) {
        CAIRN_RETURN_IF_ERROR(stopped_at(child, below, value, place, {&here, below.name}));
      }
      return Status();
    }
    if (node.modifier->creates(application_)) return not_viable(child.name, place.name, value);
    if (node.modifier->reach() != Reach::kStrict) return Status();
    return not_traversable(child.name, node.path, place.name, value);
  }

  // Nothing may be taken out of an array: null stays behind.
  Status changed(const Node& node, ValueView value, const Place& place, In in) {
    CAIRN_ASSIGN_OR_RETURN(const Effect effect, node.modifier->apply(value, place, application_));
    if (effect.kind == Effect::Kind::kKeep) writer_.append(place.name, value);
    if (effect.kind == Effect::Kind::kSet) writer_.append(place.name, effect.value());
    if (effect.kind == Effect::Kind::kRemove && in == In::kArray) {
      writer_.append_null(place.name);
      application_.unset_element = true;
    }
    return Status();
  }

  // The elements that `$[]` and `$[name]` select.
  Status selected(const Node& node, DocumentView array, const Place& place) {
    const std::uint8_t* copied = array.data() + 4;
    for (const Element& field : array) {
      const Place here{&place, field.name};
      const Node* asked = nullptr;
      Node merged;
      for (const Node& child : node.children) {
        if (child.filter != nullptr) {
          CAIRN_ASSIGN_OR_RETURN(const bool chosen, child.filter->selects(field.value, wrapped_));
          if (!chosen) continue;
        }
        if (asked != nullptr) {
          CAIRN_ASSIGN_OR_RETURN(merged, merge(*asked, child, here));
        }
        asked = asked == nullptr ? &child : &merged;
      }
      if (asked == nullptr) continue;
      writer_.copy(copied, field_begin(field));
      CAIRN_RETURN_IF_ERROR(existing(*asked, field.value, here, In::kArray));
      copied = field_end(field);
    }
    writer_.copy(copied, array.data() + array.size() - 1);
    return Status();
  }

  struct Target {
    std::int32_t index;
    const Node* node;
  };

  Status numbered(const Node& node, ValueView array, const Place& place) {
    Node resolved;
    const Node* asked = &node;
    CAIRN_RETURN_IF_ERROR(resolve(asked, resolved, place));
    std::vector<Target> targets;
    for (const Node& child : asked->children) {
      const std::int32_t index = element_number(child.name);
      if (index == FieldPath::kNotAnIndex) {
        CAIRN_RETURN_IF_ERROR(stopped(child, array, place));
      } else {
        targets.push_back({index, &child});
      }
    }
    std::stable_sort(targets.begin(), targets.end(),
                     [](const Target& a, const Target& b) { return a.index < b.index; });
    auto target = targets.begin();
    std::int32_t index = 0;
    const DocumentView elements = array.as_document();
    const std::uint8_t* copied = elements.data() + 4;
    for (const Element& field : elements) {
      if (target == targets.end()) break;
      if (target->index != index++) continue;
      writer_.copy(copied, field_begin(field));
      CAIRN_RETURN_IF_ERROR(existing(*target->node, field.value, {&place, field.name}, In::kArray));
      copied = field_end(field);
      while (target != targets.end() && target->index < index) ++target;
    }
    writer_.copy(copied, elements.data() + elements.size() - 1);
    return lengthen({target, targets.end()}, index, place);
  }

  // Elements behind the end of an array that has `size` of them.
  Status lengthen(std::span<const Target> targets, std::int32_t size, const Place& place) {
    const std::int32_t end = size;
    for (const Target& target : targets) {
      const std::size_t written = writer_.size();
      if (target.node->creates(application_)) {
        if (target.index - end > kMaxPadding) {
          return {ErrorCode::kCannotBackfillArray, "can't backfill more than 1500000 elements"};
        }
        for (; size < target.index; ++size) writer_.append_null(std::to_string(size));
      }
      const std::size_t padded = writer_.size();
      const std::string name = std::to_string(target.index);
      CAIRN_RETURN_IF_ERROR(absent(*target.node, {&place, name}));
      if (writer_.size() == padded) {
        writer_.truncate(written);
        continue;
      }
      size = target.index + 1;
    }
    return Status();
  }

  // What is not there: made if some modifier makes it.
  Status absent(const Node& node, const Place& place) {
    if (node.modifier != nullptr) {
      CAIRN_ASSIGN_OR_RETURN(const Effect effect,
                             node.modifier->apply(ValueView(), place, application_));
      if (effect.kind != Effect::Kind::kSet) return Status();
      if (place.parent->parent == nullptr) CAIRN_RETURN_IF_ERROR(check_new_name(place.name));
      writer_.append(place.name, effect.value());
      return Status();
    }
    if (node.elements) return no_array(place);
    Node resolved;
    const Node* asked = &node;
    CAIRN_RETURN_IF_ERROR(resolve(asked, resolved, place));
    const std::size_t before = writer_.size();
    const DocumentWriter::Level level = writer_.open(BsonType::kDocument, place.name);
    const std::size_t opened = writer_.size();
    for (const Node& child : asked->children) {
      CAIRN_RETURN_IF_ERROR(absent(child, {&place, child.name}));
    }
    if (writer_.size() == opened) {
      writer_.truncate(before);
      return Status();
    }
    if (place.parent->parent == nullptr) CAIRN_RETURN_IF_ERROR(check_new_name(place.name));
    writer_.close(level);
    return Status();
  }

  static Status check_new_name(std::string_view name) {
    return name.starts_with('$') ? dollar_prefixed(name) : Status();
  }

  Application& application_;
  DocumentWriter writer_;
  std::string wrapped_;                     // an element as array filters see it
  std::forward_list<std::string> numbers_;  // what `$` stands for
};

}  // namespace

Status dollar_prefixed(std::string_view name, std::string_view path_before) {
  return {
      ErrorCode::kDollarPrefixedFieldName,
      fmt::format("The dollar ($) prefixed field '{}' in '{}{}' is not allowed in the context of "
                  "an update's replacement document. Consider using an aggregation pipeline "
                  "with $replaceWith.",
                  name, path_before, name)};
}

namespace {

// A node with nothing but the way to its `number`th end, or nullopt where it has fewer; `number`
// goes down by its ends.
std::optional<Node> only_end(const Node& node, std::size_t& number) {
  if (node.modifier != nullptr) {
    if (number-- == 0) return node;
    return std::nullopt;
  }
  for (const Node& child : node.children) {
    auto below = only_end(child, number);
    if (!below) continue;
    Node way = node;
    way.children.assign(1, std::move(*below));
    return way;
  }
  return std::nullopt;
}

const Modifier& end_of(const Node& way) {
  const Node* node = &way;
  while (node->modifier == nullptr) node = &node->children.front();
  return *node->modifier;
}

}  // namespace

Status first_error(const PathTree::Node& root, DocumentView before, Application& application,
                   Status met) {
  std::string unused;
  for (std::size_t end = 0;; ++end) {
    std::size_t number = end;
    const auto way = only_end(root, number);
    if (!way) return met;
    CAIRN_RETURN_IF_ERROR(end_of(*way).check(application));
    unused.clear();
    CAIRN_RETURN_IF_ERROR(Walk(application, unused).document(*way, before, Place()));
  }
}

Status rewrite(const PathTree::Node& root, DocumentView before, Application& application,
               std::string& out) {
  Status status = Walk(application, out).document(root, before, Place());
  if (status.ok()) return status;
  return first_error(root, before, application, std::move(status));
}

}  // namespace cairn::update
